/** Databases that another user owns. They can be read without a missing row, and nothing is written beside them or elsewhere. */
import { chmodSync, copyFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import SQLite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { execute, fillWithUsers, query } from '../support/database.ts'
import { asNobody, canAskNobody, isRoot, nobody } from '../support/nobody.ts'
import { microblog, start } from '../support/process.ts'
import { rounds } from '../support/rounds.ts'
import { temporaryFolder, world } from '../support/run.ts'

/** A read-only database with alice and bob in a folder of the given mode. `prepare` runs while the database is still writable. */
async function readOnlyWorld(mode = 0o555, prepare: (db: string) => void = () => {}) {
  const { folder, db } = await world('alice', 'bob')
  prepare(db)
  for (const name of readdirSync(folder)) chmodSync(`${folder}/${name}`, 0o444)
  chmodSync(folder, mode)
  onTestFinished(() => chmodSync(folder, 0o700))
  return { folder, db }
}

/** A folder that every user may write, also the user `nobody`. */
function worldWritableFolder(): string {
  const folder = temporaryFolder()
  chmodSync(folder, 0o777)
  return folder
}

/** Leaves a row for carol in the WAL, as a killed process does. `suffixes` says whether the -shm file stays too. */
const withCarolInWal = (suffixes: readonly string[]) => (db: string) => {
  const kept = temporaryFolder()
  const writer = new SQLite(db)
  writer.exec("INSERT INTO users (username) VALUES ('carol')")
  // Restore the database file too: close() moves the WAL's content into it.
  const files = ['', ...suffixes]
  for (const suffix of files) copyFileSync(db + suffix, `${kept}/copy${suffix}`)
  writer.close()
  for (const suffix of files) copyFileSync(`${kept}/copy${suffix}`, db + suffix)
}

describe.runIf(canAskNobody)('a database that this user may only read', () => {
  it.each([
    ['file', 0o777],
    ['folder', 0o555],
  ])('a read-only %s can be read, is not written, and gets no file beside it', async (_what, mode) => {
    const { folder } = await readOnlyWorld(mode)
    expect(await asNobody(['users'], folder)).toEqual({ code: 0, stdout: 'alice\nbob\n', stderr: '' })
    const refused = await asNobody(['follow', 'alice', 'bob'], folder)
    expect(refused.code).toBe(4)
    expect(refused.stderr).toMatch(/cannot be written/)
    expect(readdirSync(folder)).toEqual(['microblog.db'])
  })

  it('needs no folder for temporary files', async () => {
    const { folder } = await readOnlyWorld()
    const env = { TMPDIR: '/nowhere', SQLITE_TMPDIR: '/nowhere' }
    const options = { cwd: folder, user: nobody, env }
    expect(await microblog(['is-following', 'alice', 'bob'], options)).toMatchObject({ code: 1, stderr: '' })
    expect(await microblog(['users', '--sort', 'followers'], options)).toEqual({ code: 0, stdout: 'alice\nbob\n', stderr: '' })
  })

  it('is unchanged, and leaves no temporary copy, when the reader is killed', async () => {
    const { folder } = await readOnlyWorld(0o555, (db) => fillWithUsers(db, 200_000))
    const temporary = worldWritableFolder()
    // Node 22 and later would cache compiled code there.
    const env = { TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' }
    for (let moment = 0; moment < 10; moment++) {
      const child = start(['users'], { cwd: folder, user: nobody, env })
      child.stdout?.resume()
      const ended = new Promise((resolve) => child.on('exit', resolve))
      await sleep(30 + 15 * moment)
      child.kill('SIGKILL')
      await ended
      expect(readdirSync(temporary)).toEqual([])
    }
    expect(readdirSync(folder)).toEqual(['microblog.db'])
  }, 60_000)

  it('is refused while its WAL has content and no -shm file, until its owner runs a command', async () => {
    const { folder, db } = await readOnlyWorld(0o555, withCarolInWal(['-wal']))
    expect(await asNobody(['users'], folder)).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: ${db} cannot be read yet: part of it is still in microblog.db-wal\n  run any command as its owner first\n`,
    })
    expect(readdirSync(folder)).toEqual(['microblog.db', 'microblog.db-wal'])
    chmodSync(folder, 0o755)
    for (const name of readdirSync(folder)) chmodSync(`${folder}/${name}`, 0o644)
    await microblog(['users'], { cwd: folder })
    expect((await asNobody(['users'], folder)).stdout).toBe('alice\nbob\ncarol\n')
  })

  it('can be read when its WAL is empty', async () => {
    const { folder } = await readOnlyWorld(0o555, (db) => writeFileSync(`${db}-wal`, ''))
    expect(await asNobody(['users'], folder)).toEqual({ code: 0, stdout: 'alice\nbob\n', stderr: '' })
  })

  it.each([0o777, 0o555])('can be read with the -wal and -shm files that a killed process left (folder %o)', async (mode) => {
    const { folder } = await readOnlyWorld(mode, withCarolInWal(['-wal', '-shm']))
    expect(await asNobody(['users'], folder)).toEqual({ code: 0, stdout: 'alice\nbob\ncarol\n', stderr: '' })
    expect(readdirSync(folder)).toEqual(['microblog.db', 'microblog.db-shm', 'microblog.db-wal'])
  })

  it.runIf(isRoot).each([0o777, 0o555])('can be read while its owner has it open (folder %o)', async (mode) => {
    const { folder, db } = await readOnlyWorld(mode)
    const owner = new SQLite(db)
    owner.exec("INSERT INTO users (username) VALUES ('carol')")
    expect(await asNobody(['users'], folder)).toEqual({ code: 0, stdout: 'alice\nbob\ncarol\n', stderr: '' })
    owner.close()
    expect(readdirSync(folder)).toEqual(['microblog.db'])
  })

  it('is refused when it is larger than 1 GiB', async () => {
    const { folder, db } = await readOnlyWorld(0o555, (path) => truncateSync(path, 2 ** 30 + 4096))
    const refusal = {
      code: 4,
      stdout: '',
      stderr: `error: ${db} is larger than 1 GiB: reading it needs permission to write it\n  ask its owner for a copy:  microblog db backup copy.db\n`,
    }
    expect(await asNobody(['users'], folder)).toEqual(refusal)
    expect(await asNobody(['db', 'backup', 'never.db'], folder)).toEqual(refusal)
  })

  it('can be backed up', async () => {
    const { folder } = await readOnlyWorld()
    const target = `${worldWritableFolder()}/copy.db`
    expect(await asNobody(['db', 'backup', target], folder)).toEqual({ code: 0, stdout: `${target}\n`, stderr: '' })
    expect(statSync(target).mode & 0o777).toBe(0o600)
    expect(query(target, 'SELECT username FROM users')).toEqual([{ username: 'alice' }, { username: 'bob' }])
    expect((await microblog(['--db', target, 'db', 'check'], { cwd: folder })).code).toBe(0)
  })

  it.runIf(isRoot).each([0o755, 0o777])(
    'can be read, with every committed row, while a writer opens and closes it (folder %o)',
    async (mode) => {
      const { folder, db } = await readOnlyWorld(mode)
      let committed = 2
      let isOver = false
      async function write() {
        while (!isOver) {
          execute(db, `INSERT INTO users (username) VALUES ('a${committed}'), ('b${committed}')`)
          committed += 2
          await sleep(Math.random() * 8)
        }
      }
      async function read() {
        for (let round = 0; round < rounds(5, 60); round++) {
          const before = committed
          const { code, stdout, stderr } = await asNobody(['users', '--count'], folder)
          expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
          expect(Number(stdout)).toBeGreaterThanOrEqual(before)
          expect(Number(stdout) % 2).toBe(0)
        }
      }
      const writing = write()
      await Promise.all([read(), read(), read()]).finally(() => {
        isOver = true
      })
      await writing
      // A reader may prevent the writer from deleting the WAL, but must not create one itself.
      expect(readdirSync(folder).filter((name) => statSync(`${folder}/${name}`).uid !== 0)).toEqual([])
    },
    120_000,
  )
})
