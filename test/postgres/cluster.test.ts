/** A primary with a hot standby, and a pooler before it. */
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { execute, query } from '../support/database.ts'
import { shell } from '../support/process.ts'
import { server as given, temporaryFolder, world } from '../support/run.ts'

const server = given ?? ''
const { MICROBLOG_TEST_STANDBY: standby, MICROBLOG_TEST_POOLER: pooler } = process.env

const onOther = (db: string, other = '') => other + db.slice(db.lastIndexOf('/'))

describe.skipIf(!standby)('a hot standby', () => {
  /** A database on the primary, and its URL on the standby when that has caught up. */
  async function both() {
    const { db, run } = await world('alice', 'bob', 'carol')
    await run('follow alice bob')
    await run('post bob hello')
    await caughtUp()
    return { db, there: onOther(db, standby), run }
  }

  async function caughtUp() {
    const [{ place = '' } = {}] = query<{ place: string }>(`${server}/postgres`, 'SELECT pg_current_wal_lsn()::text AS place')
    for (let attempt = 0; attempt < 200; attempt++) {
      const [{ done = false } = {}] = query<{ done: boolean }>(
        `${standby}/postgres`,
        `SELECT pg_last_wal_replay_lsn() >= '${place}' AS done`,
      )
      if (done) return
      await setTimeout(50)
    }
    throw new Error('the standby does not catch up')
  }

  it('answers every question', async () => {
    const { there, run } = await both()
    for (const line of [
      'users',
      'followers bob',
      'timeline alice --fields username,body',
      'search hello',
      'path alice bob',
      'stats',
      'export follows',
      'db history',
    ])
      expect(await run(['--db', there, ...line.split(' ')]), line).toEqual(await run(line))
    expect(await run(['--db', there, 'db', 'upgrade'])).toMatchObject({ code: 0 })
  })

  it('refuses every change, and names the primary', async () => {
    const { there, run } = await both()
    const says = `error: ${there}: this server is a standby, or is set to read only\n  name the primary for changes\n`
    for (const line of [
      'follow alice carol',
      'post alice hi',
      'user add dave',
      'import -',
      'unpost 1',
      'user edit bob --email b@x',
      'db downgrade base --yes',
    ])
      expect(await run(['--db', there, ...line.split(' ')], { stdin: 'alice\tcarol\n' }), line).toEqual({
        code: 4,
        stdout: '',
        stderr: says,
      })
    expect((await run('export follows --no-header')).stdout).toBe('alice\tbob\n')
  })

  it('goes on answering during an import on the primary', async () => {
    const { there, run } = await both()
    const answers: Promise<{ code: number }>[] = []
    async function* input() {
      for (let block = 0; block < 10; block++) {
        yield Buffer.from(Array.from({ length: 3000 }, (_, n) => `u${block}_${n}\tbob\n`).join(''))
        answers.push(run(['--db', there, 'followers', 'bob', '--count']))
      }
    }
    expect(await run('import - --create-users', { stdin: input() })).toMatchObject({ code: 0 })
    expect((await Promise.all(answers)).map(({ code }) => code)).toEqual(Array(10).fill(0))
    await caughtUp()
    expect((await run(['--db', there, 'followers', 'bob', '--count'])).stdout).toBe('30001\n')
  })
})

describe.skipIf(!server)('an ordinary command', () => {
  it('takes no lock that stops readers of a standby', async () => {
    const { db, run } = await world('alice', 'bob')
    // Each change of a table writes down which of the locks of its transaction stop every reader.
    execute(
      db,
      `CREATE TABLE seen (name text);
      CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO seen SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE l.pid = pg_backend_pid() AND l.mode = 'AccessExclusiveLock' AND n.nspname = 'public';
        INSERT INTO seen VALUES ('');
        RETURN NULL; END $$;
      ${['users', 'posts', 'followers'].map((table) => `CREATE TRIGGER look AFTER INSERT OR UPDATE OR DELETE ON ${table} EXECUTE FUNCTION look();`).join('')}`,
    )
    for (const line of [
      'user add carol',
      'user edit carol --email c@x',
      'follow alice bob',
      'post alice hi',
      'unpost 1',
      'unfollow alice bob',
      'user remove carol --yes',
    ])
      expect(await run(line), line).toMatchObject({ code: 0 })
    expect(
      await run('import - --create-users', { stdin: Array.from({ length: 20_000 }, (_, n) => `u${n}\tbob\n`).join('') }),
    ).toMatchObject({ code: 0 })
    expect(query(db, 'SELECT DISTINCT name FROM seen')).toEqual([{ name: '' }])
  })

  it('waits for a lock of somebody else no longer than 30 seconds', async () => {
    const { db, run } = await world('alice')
    const holder = shell(`psql -q '${db}' -c 'BEGIN; LOCK TABLE users; SELECT pg_sleep(33)' >/dev/null`, { cwd: temporaryFolder() })
    await setTimeout(500)
    const started = Date.now()
    expect(await run('users')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('another process has held the lock for 30 seconds'),
    })
    expect(Date.now() - started).toBeGreaterThan(25_000)
    await holder
  })
})

describe.skipIf(!pooler)('a pooler that lends a connection for a transaction', () => {
  it('is no obstacle', async () => {
    const { db, run } = await world('star')
    const there = onOther(db, pooler)
    const [cwd, env] = [temporaryFolder(), { MICROBLOG_DB: there }]
    expect(await run(['--db', there, 'db', 'downgrade', 'base', '--yes', '--no-backup'])).toMatchObject({ code: 0 })
    expect(await run(['--db', there, 'db', 'upgrade', '-q'])).toMatchObject({ code: 0 })
    expect(await shell('microblog user add star $(seq -f u%g 50) -q', { cwd, env })).toMatchObject({ code: 0 })
    const follows = 'for n in $(seq 50); do microblog follow u$n star -q || echo failed & done; wait'
    expect(await shell(follows, { cwd, env })).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await run(['--db', there, 'followers', 'star', '--count'])).stdout).toBe('50\n')
    const stdin = Array.from({ length: 20_000 }, (_, n) => `v${n}\tstar\n`).join('')
    expect(await run(['--db', there, 'import', '-', '--create-users'], { stdin })).toMatchObject({ code: 0 })
    expect((await run(['--db', there, 'followers', 'star'])).stdout.split('\n')).toHaveLength(20_051)
    expect(await run(['--db', there, 'db', 'check'])).toMatchObject({ code: 0 })
  })
})
