import { copyFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/sqlite/open.ts'
import { execute, query } from '../support/database.ts'
import { shell, start } from '../support/process.ts'
import { rounds } from '../support/rounds.ts'
import { world } from '../support/run.ts'

const kills = rounds(6, 25)

/** `count` follows among the users u0, u1, …, without repeats. */
const follows = (count: number, users: number): string =>
  [...Array(count).keys()].map((index) => `u${index % users}\tu${(index + 1 + Math.floor(index / users)) % users}\n`).join('')

async function worldWithUsers(users: number) {
  const place = await world()
  const stdin = [...Array(users).keys()].map((index) => `u${index}\n`).join('')
  await place.run('import - --type users', { stdin })
  return { ...place, options: { cwd: place.folder, env: { MICROBLOG_DB: place.db } } }
}

/** Checks the integrity of the database, and returns the number of follows and the schema. */
function checkDatabase(path: string): { readonly follows: number; readonly schema: string } {
  const handle = openDatabase(path, 'write')
  try {
    expect(handle.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(handle.pragma('foreign_key_check')).toEqual([])
    const schema = handle
      .prepare<[], string>('SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema ORDER BY name)')
      .pluck()
    return { follows: handle.prepare<[], number>('SELECT count(*) FROM followers').pluck().get() ?? 0, schema: schema.get() ?? '' }
  } finally {
    handle.close()
  }
}

describe('a large import', () => {
  it('leaves the text of the schema unchanged', async () => {
    const { run, db } = await worldWithUsers(500)
    const before = checkDatabase(db)
    const stdin = follows(50_000, 500)
    expect((await run('import - -k', { stdin: `${stdin}u1\tnobody\n` })).stderr).toContain('50000 added, 0 already there, 1 failed')
    expect(checkDatabase(db)).toEqual({ ...before, follows: 50_000 })
    expect((await run('import -', { stdin })).stderr).toBe('0 added, 50000 already there, 0 failed\n')
    expect((await run('followers u7 --count')).stdout).toBe('100\n')
  })

  it('keeps indexes and triggers that were created by hand', async () => {
    const { run, db } = await worldWithUsers(500)
    execute(
      db,
      `DROP INDEX followers_followed_id; CREATE INDEX followers_followed_id ON followers (followed_id, follower_id /* mine */);
       CREATE INDEX mine ON followers (followed_id) WHERE follower_id > 100; CREATE TABLE log (id INTEGER);
       CREATE TRIGGER mine_too AFTER INSERT ON followers BEGIN INSERT INTO log VALUES (new.follower_id); END`,
    )
    const before = checkDatabase(db)
    await run('import -', { stdin: follows(50_000, 500) })
    expect(checkDatabase(db)).toEqual({ ...before, follows: 50_000 })
    expect(query(db, 'SELECT count(*) AS n FROM log')).toEqual([{ n: 50_000 }])
  })

  it(`adds all rows or none when it is killed at ${kills} random moments, and the next command works`, async () => {
    const { folder, run, db, options } = await worldWithUsers(1000)
    const [edges, fresh] = [join(folder, 'edges.tsv'), join(folder, 'fresh')]
    writeFileSync(edges, follows(200_000, 1000))
    copyFileSync(db, fresh)
    const { schema } = checkDatabase(db)
    const began = Date.now()
    await new Promise((resolve) => start(['import', edges], options).on('exit', resolve))
    const whole = Date.now() - began
    expect(checkDatabase(db).follows).toBe(200_000)
    for (let moment = 0; moment < kills; moment++) {
      for (const name of readdirSync(folder)) if (name.startsWith('microblog.db')) rmSync(join(folder, name))
      copyFileSync(fresh, db)
      const child = start(['import', edges], options)
      await sleep(Math.random() * whole)
      const ended = new Promise((resolve) => child.on('exit', resolve))
      if (child.kill('SIGKILL')) await ended
      const after = checkDatabase(db)
      expect([0, 200_000]).toContain(after.follows)
      expect(after.schema).toBe(schema)
      expect((await run('follow u0 u999')).code).toBe(0)
    }
  }, 180_000)

  it.each([[''], ['-k']])(
    'adds nothing when the disk is full (import %s)',
    async (option) => {
      const { folder, db, options } = await worldWithUsers(1000)
      writeFileSync(join(folder, 'edges.tsv'), `${follows(200_000, 1000)}`)
      const { code, stderr } = await shell(`ulimit -f 2000; microblog import edges.tsv ${option}`, options)
      expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/^error: .*disk.*\n.*nothing was changed\n$/) })
      expect(checkDatabase(db).follows).toBe(0)
    },
    60_000,
  )

  it('adds nothing when the disk for temporary files is full', async () => {
    const { folder, db, options } = await worldWithUsers(2000)
    writeFileSync(join(folder, 'edges.tsv'), follows(1_100_000, 2000))
    const { code, stderr } = await shell('ulimit -f 2000; microblog import edges.tsv', options)
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('nothing was changed') })
    expect(checkDatabase(db).follows).toBe(0)
  }, 60_000)

  it('adds 1,100,000 follows that are each given twice', async () => {
    const { folder, db, options } = await worldWithUsers(2000)
    writeFileSync(join(folder, 'edges.tsv'), follows(1_100_000, 2000).repeat(2))
    expect((await shell('microblog import edges.tsv', options)).stderr).toBe('1100000 added, 1100000 already there, 0 failed\n')
    expect(checkDatabase(db).follows).toBe(1_100_000)
    const { stdout } = await shell(
      'microblog export follows --no-header | LC_ALL=C sort | cmp - <(LC_ALL=C sort edges.tsv | uniq) && echo same',
      options,
    )
    expect(stdout).toBe('same\n')
  }, 60_000)
})

describe('a line of 1 GB', () => {
  it.each(['tsv', 'csv', 'ndjson', 'json'])('is refused within seconds as %s', async (format) => {
    const { folder, options } = await worldWithUsers(2)
    const file = join(folder, `long.${format}`)
    writeFileSync(file, format === 'json' ? '[{"follower":"' : format === 'ndjson' ? '{"follower":"' : 'u0')
    truncateSync(file, 1_000_000_000)
    const began = Date.now()
    const { code, stderr } = await shell(`microblog import ${file}`, options)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/:1: .*longer than 1 MiB\n$/) })
    expect(Date.now() - began).toBeLessThan(3000)
  })
})

describe('import from a pipe', () => {
  it('waits for a slow producer', async () => {
    const { options } = await worldWithUsers(3)
    const { stderr } = await shell(
      String.raw`(printf 'u0\t'; sleep 1; printf 'u1\n# x\n'; sleep 1; printf 'u1\tu2') | microblog import -`,
      options,
    )
    expect(stderr).toBe('2 added, 0 already there, 0 failed\n')
  })

  it('lets other processes write while it waits for follows', async () => {
    const { options } = await worldWithUsers(3)
    const { stdout } = await shell(
      String.raw`(printf 'u0\tu1\n'; microblog follow u1 u2 >&2; sleep 1; printf 'u0\tu2\n') | microblog import - && microblog export follows --no-header`,
      options,
    )
    expect(stdout).toBe('u0\tu1\nu0\tu2\nu1\tu2\n')
  })

  it.each([
    ['users', String.raw`u7\n`, String.raw`u8\n`],
    ['posts', String.raw`u0\t2026-01-01T00:00:00Z\thi\n`, String.raw`u1\t2026-01-01T00:00:00Z\thi\n`],
  ])('lets other processes write while it waits for %s', async (type, first, second) => {
    const { options } = await worldWithUsers(3)
    const { code, stderr } = await shell(
      `(printf '${first}'; sleep 1; microblog follow u1 u2 -q; printf '${second}') | microblog import - --type ${type}`,
      options,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '2 added, 0 already there, 0 failed\n' })
  })

  it.each(['csv', 'tsv', 'ndjson', 'csv.gz'])(
    'adds posts from a slow pipe in their order, also more than fit into its buffer: %s',
    async (format) => {
      const { options } = await worldWithUsers(1)
      const script = `awk 'BEGIN { for (i = 0; i < 25000; i++) printf "u0\\t2026-01-01T00:00:00.000Z\\tpost %d\\n", i }' | microblog import - --type posts -q
      microblog export posts -o all.${format} && microblog --db other.db db upgrade -q && mkfifo slow.${format}
      { head -c 30303; sleep 0.2; head -c 50501; sleep 0.2; cat; } < all.${format} > slow.${format} &
      microblog --db other.db import slow.${format} --create-users
      cmp <(microblog export posts) <(microblog --db other.db export posts) && echo same`
      expect(await shell(script, options)).toEqual({
        code: 0,
        stdout: 'same\n',
        stderr: '1 user created\n25000 added, 0 already there, 0 failed\n',
      })
    },
  )

  it('export ends when its reader closes the pipe, waits for a slow reader, and reports a full device', async () => {
    const { options } = await worldWithUsers(1000)
    const script = `awk 'BEGIN { for (i = 0; i < 1000; i++) for (j = 1; j <= 300; j++) printf "u%d\\tu%d\\n", i, (i + j) % 1000 }' | microblog import - -q
      microblog export follows | head -1; echo "\${PIPESTATUS[0]}"
      microblog export follows --json | (sleep 1; wc -c)
      microblog export follows > /dev/full; echo $?`
    const { stdout, stderr } = await shell(script, options)
    const [line, code, bytes, full] = stdout.split('\n')
    expect({ line, code, full }).toEqual({ line: 'follower\tfollowed', code: '0', full: '1' })
    expect(Number(bytes)).toBeGreaterThan(10_000_000)
    expect(stderr).toBe('error: cannot write the output: no space left on the device\n')
  }, 60_000)
})
