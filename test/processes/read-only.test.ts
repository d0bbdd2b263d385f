/** Databases that another user owns: they can be read, nothing is written beside them or anywhere else, and no committed row is missing. */
import { chmodSync, copyFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import SQLite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { execute, fillWithUsers, query } from '../support/database.ts'
import { asNobody, canAskNobody, isRoot, nobody } from '../support/nobody.ts'
import { microblog, start } from '../support/process.ts'
import { rounds } from '../support/rounds.ts'
import { temporaryFolder, world } from '../support/run.ts'

/** A database with alice and bob that may only be read, in a folder of this mode; `prepare` is run before that. */
async function readOnlyWorld(mode = 0o555, prepare: (db: string) => void = () => {}) {
  const { folder, db } = await world('alice', 'bob')
  prepare(db)
  for (const name of readdirSync(folder)) chmodSync(`${folder}/${name}`, 0o444)
  chmodSync(folder, mode)
  onTestFinished(() => chmodSync(folder, 0o700))
  return { folder, db }
}

/** A folder that nobody may write. */
function openFolder(): string {
  const folder = temporaryFolder()
  chmodSync(folder, 0o777)
  return folder
}

/** Leave carol in the log of the database, as a killed process does; with the index of the log or without it. */
const withCarolInLog = (suffixes: readonly string[]) => (db: string) => {
  const kept = temporaryFolder()
  const writer = new SQLite(db)
  writer.exec("INSERT INTO users (username) VALUES ('carol')")
  // The file too, which gets the log's content when it is closed.
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

  it('is left as it was, and no copy of it anywhere, when the reader is killed', async () => {
    const { folder } = await readOnlyWorld(0o555, (db) => fillWithUsers(db, 200_000))
    const temporary = openFolder()
    for (let moment = 0; moment < 10; moment++) {
      const child = start(['users'], { cwd: folder, user: nobody, env: { TMPDIR: temporary } })
      child.stdout?.resume()
      const ended = new Promise((resolve) => child.on('exit', resolve))
      await sleep(30 + 15 * moment)
      child.kill('SIGKILL')
      await ended
      expect(readdirSync(temporary)).toEqual([])
    }
    expect(readdirSync(folder)).toEqual(['microblog.db'])
  }, 60_000)

  it('is refused while its log holds changes, until its owner has run a command', async () => {
    const { folder, db } = await readOnlyWorld(0o555, withCarolInLog(['-wal']))
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

  it('is read where its log is empty', async () => {
    const { folder } = await readOnlyWorld(0o555, (db) => writeFileSync(`${db}-wal`, ''))
    expect(await asNobody(['users'], folder)).toEqual({ code: 0, stdout: 'alice\nbob\n', stderr: '' })
  })

  it.each([0o777, 0o555])('is read through the log that a killed process left with its index (folder %o)', async (mode) => {
    const { folder } = await readOnlyWorld(mode, withCarolInLog(['-wal', '-shm']))
    expect(await asNobody(['users'], folder)).toEqual({ code: 0, stdout: 'alice\nbob\ncarol\n', stderr: '' })
    expect(readdirSync(folder)).toEqual(['microblog.db', 'microblog.db-shm', 'microblog.db-wal'])
  })

  it.runIf(isRoot).each([0o777, 0o555])('is read while its owner has it open (folder %o)', async (mode) => {
    const { folder, db } = await readOnlyWorld(mode)
    const owner = new SQLite(db)
    owner.exec("INSERT INTO users (username) VALUES ('carol')")
    expect(await asNobody(['users'], folder)).toEqual({ code: 0, stdout: 'alice\nbob\ncarol\n', stderr: '' })
    owner.close()
    expect(readdirSync(folder)).toEqual(['microblog.db'])
  })

  it('is refused above 1 GiB', async () => {
    const { folder, db } = await readOnlyWorld(0o555, (path) => truncateSync(path, 2 ** 30 + 4096))
    const refusal = {
      code: 4,
      stdout: '',
      stderr: `error: ${db} is larger than 1 GiB: without permission to write it, it cannot be read\n  have its owner make you a copy:  microblog db backup copy.db\n`,
    }
    expect(await asNobody(['users'], folder)).toEqual(refusal)
    expect(await asNobody(['db', 'backup', 'never.db'], folder)).toEqual(refusal)
  })

  it('can be backed up', async () => {
    const { folder } = await readOnlyWorld()
    const target = `${openFolder()}/copy.db`
    expect(await asNobody(['db', 'backup', target], folder)).toEqual({ code: 0, stdout: `${target}\n`, stderr: '' })
    expect(statSync(target).mode & 0o777).toBe(0o600)
    expect(query(target, 'SELECT username FROM users')).toEqual([{ username: 'alice' }, { username: 'bob' }])
    expect((await microblog(['--db', target, 'db', 'check'], { cwd: folder })).code).toBe(0)
  })

  it.runIf(isRoot).each([0o755, 0o777])(
    'is read, with every row committed by then, beside a writer that comes and goes (folder %o)',
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
      // The last reader may have kept the writer from removing the log, but it never creates one.
      expect(readdirSync(folder).filter((name) => statSync(`${folder}/${name}`).uid !== 0)).toEqual([])
    },
    120_000,
  )
})
