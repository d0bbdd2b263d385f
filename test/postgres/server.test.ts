/** What only a server can do: connect, refuse, be upgraded by many at once. */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { execute, query } from '../support/database.ts'
import { bin, microblog, root, shell, start } from '../support/process.ts'
import { rounds } from '../support/rounds.ts'
import { emptyWorld, server as given, newDatabase, temporaryFolder, world } from '../support/run.ts'

/** Empty without a server: then all is skipped. */
const server = given ?? ''

describe.skipIf(!server)('a session of the README', () => {
  const section = (title: string) => readFileSync(join(root, 'README.md'), 'utf8').split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? ''

  it.each(['First steps', 'In pipelines'])('prints what it prints on SQLite: %s', async (title) => {
    const [, session = ''] = /^```console\n([\s\S]*?)^```$/m.exec(section(title)) ?? []
    const [cwd, env] = [temporaryFolder(), { MICROBLOG_DB: newDatabase(server) }]
    for (const part of session.split(/^\$ /m).slice(1)) {
      const command = part.slice(0, part.indexOf('\n'))
      const { stdout } = await shell(`{ ${command}\n} 2>&1`, { cwd, env })
      expect(`$ ${command}\n${stdout}`).toBe(`$ ${part}`)
    }
  })
})

describe.skipIf(!server)('docs/postgres.md', () => {
  it('has lines that run', async () => {
    const [, lines = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, 'docs/postgres.md'), 'utf8')) ?? []
    const script = lines.replace(/postgres:\S+/, newDatabase(server))
    expect(script).not.toBe(lines)
    expect(await shell(script, { cwd: temporaryFolder() })).toMatchObject({ code: 0, stdout: 'alice\nbob\n' })
  })
})

describe.skipIf(!server)('many processes at once', () => {
  it('upgrade a database that does not exist yet, each migration once', async () => {
    const [cwd, env] = [temporaryFolder(), { MICROBLOG_DB: newDatabase(server) }]
    const runs = await Promise.all(Array.from({ length: 8 }, () => microblog(['db', 'upgrade'], { cwd, env })))
    expect(runs.map(({ code }) => code)).toEqual(Array(8).fill(0))
    expect(runs.map(({ stderr }) => stderr.match(/Running upgrade/g)?.length ?? 0).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 5])
    expect(query(env.MICROBLOG_DB, 'SELECT id FROM schema_migrations ORDER BY id')).toHaveLength(5)
  })

  it('follow, fifty at a time, and none fails or is lost', async () => {
    const count = rounds(50, 1_000)
    const { db, run } = await world('star', ...Array.from({ length: count }, (_, n) => `u${n + 1}`))
    const script = `seq -f u%g ${count} | xargs -P50 -I{} '${process.execPath}' '${bin}' follow {} star -q`
    expect(await shell(script, { cwd: temporaryFolder(), env: { MICROBLOG_DB: db } })).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await run('followers star --count')).stdout).toBe(`${count}\n`)
  }, 300_000)

  it('add one name, and all but one are told that it is taken', async () => {
    const { db, run } = await world()
    const cwd = temporaryFolder()
    const runs = await Promise.all(Array.from({ length: 8 }, () => microblog(['user', 'add', 'Alice'], { cwd, env: { MICROBLOG_DB: db } })))
    expect(runs.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1, 1, 1, 1, 1])
    expect(runs.filter(({ code, stderr }) => code === 1 && !stderr.startsWith('error: the username "Alice" is taken'))).toEqual([])
    expect((await run('users')).stdout).toBe('Alice\n')
  })
})

describe.skipIf(!server)('an error of the server', () => {
  type Parts = Partial<Record<'port' | 'hostname' | 'username' | 'password', string>>
  const at = (change: Parts) => Object.assign(new URL(newDatabase(server)), change).href

  it.each([
    ['nobody listens', () => at({ port: '1' }), 'no server answers there\n  start PostgreSQL, or check host and port\n'],
    ['there is no such host', () => at({ hostname: 'host.invalid' }), 'there is no such host\n  check the name of the host\n'],
    ['there is no such user', () => at({ username: 'nobody' }), 'the server refuses this user\n'],
  ])('is said in words: %s', async (_what, address, says) => {
    const { code, stdout, stderr } = await emptyWorld().run(['--db', address(), 'users'])
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toContain(says.split('\n')[0])
  })

  it('is said in words: there is no such database', async () => {
    const { db, run } = emptyWorld()
    expect(await run('users')).toEqual({ code: 4, stdout: '', stderr: `error: no database at ${db}\n  create it:  microblog db upgrade\n` })
  })

  it('is said in words: the database is empty', async () => {
    const { db, run } = emptyWorld()
    execute(`${server}/postgres`, `CREATE DATABASE ${db.split('/').at(-1)}`)
    expect(await run('users')).toMatchObject({
      code: 4,
      stderr: `error: ${db} is empty\n  create the database in it:  microblog db upgrade\n`,
    })
    expect(await run('db upgrade -q')).toMatchObject({ code: 0 })
  })

  it('is said in words: another program made the database', async () => {
    const { db, run } = emptyWorld()
    execute(`${server}/postgres`, `CREATE DATABASE ${db.split('/').at(-1)}`)
    execute(db, 'CREATE TABLE cars (id int)')
    expect(await run('users')).toMatchObject({ code: 4, stderr: expect.stringContaining('this is not a microblog database') })
  })

  it('is said in words: this role may not write', async () => {
    const { db, run } = await world('alice', 'bob')
    const role = `reader_${db.split('_').slice(1).join('_')}`
    execute(db, `CREATE ROLE ${role} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`)
    const reader = db.replace('postgres@', `${role}@`)
    expect(await run(['--db', reader, 'users'])).toMatchObject({ code: 0, stdout: 'alice\nbob\n' })
    expect(await run(['--db', reader, 'follow', 'alice', 'bob'])).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: ${reader}: this role may not do that\n  ask who runs the server for the right\n`,
    })
  })

  it('is said in words: the database is read only', async () => {
    const { db, run } = await world('alice', 'bob')
    execute(db, `ALTER DATABASE ${db.split('/').at(-1)} SET default_transaction_read_only = on`)
    expect(await run('users')).toMatchObject({ code: 0 })
    expect(await run('follow alice bob')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('set to read only\n  name the primary for changes'),
    })
  })

  it('is said in words: the connection is lost in the middle of an import', async () => {
    const { db, run } = await world('alice', 'bob')
    async function* input() {
      yield Buffer.from('alice\tbob\n'.repeat(20_000))
      execute(`${server}/postgres`, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${db.split('/').at(-1)}'`)
      yield Buffer.from('bob\talice\n'.repeat(20_000))
    }
    const { code, stderr } = await run('import -', { stdin: input() })
    expect({ code, lines: stderr.split('\n').length }).toEqual({ code: 4, lines: 3 })
    expect(stderr).toMatch(/the server closed the connection\n {2}look whether the change was made/)
    expect((await run('export follows --no-header')).stdout).toBe('')
  })

  it('is said in words: the connection is lost in the middle of db upgrade', async () => {
    const { db, folder, run } = await world('alice')
    const migrations = join(folder, 'migrations')
    cpSync(join(root, 'migrations'), migrations, { recursive: true })
    for (const place of [migrations, join(migrations, 'postgres')])
      writeFileSync(
        join(place, '0006_slow.sql'),
        '-- slow\n-- upgrade\nCREATE TABLE half (a int);\nSELECT pg_sleep(20);\n-- downgrade\nDROP TABLE half;\n',
      )
    const upgrade = run('db upgrade', { migrations })
    await setTimeout(1000)
    execute(`${server}/postgres`, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${db.split('/').at(-1)}'`)
    const { code, stderr } = await upgrade
    expect(code).toBe(4)
    expect(stderr).toContain(`0006_slow.sql:4: ${db}: the server closed the connection\n`)
    expect(stderr).toContain('the upgrade was rolled back: the database is as it was\n')
    expect(await run('db check')).toMatchObject({ code: 0 })
  })

  it('does not matter to the database: the program is killed in the middle of an import', async () => {
    const { db, run } = await world('alice', 'bob')
    const [cwd, env] = [temporaryFolder(), { MICROBLOG_DB: db }]
    const script =
      "(yes $'alice\\tbob' | head -n 50000; sleep 20) | microblog import - & sleep 2; kill -9 $(pgrep -f '[b]in/microblog.js import -'); wait"
    await shell(script, { cwd, env })
    expect(await run('follow bob alice')).toMatchObject({ code: 0 })
    expect((await run('export follows --no-header')).stdout).toBe('bob\talice\n')
  })

  it('is none for others: a query ends soon after its program was killed', async () => {
    const { db } = await world('alice', 'bob')
    execute(
      db,
      `CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
      CREATE TRIGGER dawdle AFTER INSERT ON followers EXECUTE FUNCTION dawdle();`,
    )
    const running = () => query(`${server}/postgres`, `SELECT 1 FROM pg_stat_activity WHERE datname = '${db.split('/').at(-1)}'`).length
    const follow = start(['follow', 'alice', 'bob'], { cwd: temporaryFolder(), env: { MICROBLOG_DB: db } })
    while (running() === 0) await setTimeout(100)
    await setTimeout(1000)
    follow.kill('SIGKILL')
    expect(running()).toBe(1)
    for (let attempt = 0; running() > 0 && attempt < 100; attempt++) await setTimeout(100)
    expect(running()).toBe(0)
  })

  it('never holds a password', async () => {
    const { run } = emptyWorld()
    const address = at({ password: 's3cret', port: '1' })
    for (const line of ['users', 'db path', 'db backup x', 'db upgrade'])
      expect(JSON.stringify(await run(['--db', address, ...line.split(' ')], { env: { MICROBLOG_DEBUG: '1' } }))).not.toContain('s3cret')
    const missing = at({ password: 's3cret' })
    expect((await run(['--db', missing, 'users'])).stderr).toBe(
      `error: no database at ${missing.replace(':s3cret', '')}\n  create it:  microblog --db '${missing.replace(':s3cret', '')}' db upgrade\n`,
    )
  })
})

describe.skipIf(!server)('a URL', () => {
  it.each([
    ['postgres://a,b/x', 'the URL names several hosts'],
    ['postgres://h/x?sslmod=require', "unknown parameter 'sslmod' in the URL"],
    ['postgres://h/x?sslmode=always', "invalid sslmode 'always'"],
    ['postgres://h:port/x', 'this is not a valid URL of a database'],
  ])('that is wrong is refused: %s', async (db, says) => {
    expect(await emptyWorld().run(['--db', db, 'users'])).toMatchObject({ code: 2, stderr: expect.stringContaining(`error: ${says}\n`) })
  })

  it('goes on without TLS only if the mode allows it', async () => {
    const { db, run } = await world('alice')
    for (const mode of ['disable', 'allow', 'prefer'])
      expect(await run(['--db', `${db}?sslmode=${mode}`, 'users'])).toMatchObject({ code: 0 })
    expect(await run(['--db', `${db}?sslmode=require`, 'users'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('the server has no TLS'),
    })
  })
})

describe.skipIf(!server)('a migration', () => {
  it('that would lose rows asks for a dump first', async () => {
    const { db, run } = await world('alice')
    expect(await run('db downgrade base --yes')).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: rows would be rebuilt, changed or dropped, and there is no backup\n  make one:  pg_dump -Fc -f before.dump '${db}'\n  then run it with --no-backup\n`,
    })
    expect((await run('users')).stdout).toBe('alice\n')
    expect(await run('db downgrade base --yes --no-backup')).toMatchObject({ code: 0 })
  })

  it('is printed as a script that psql runs', async () => {
    const [one, other] = [await world(), emptyWorld()]
    const { stdout } = await other.run('db upgrade --sql')
    execute(`${server}/postgres`, `CREATE DATABASE ${other.db.split('/').at(-1)}`)
    execFileSync('psql', ['--no-psqlrc', '--quiet', other.db], { input: stdout })
    expect((await other.run('db schema')).stdout).toBe((await one.run('db schema')).stdout)
    expect(await other.run('db check')).toMatchObject({ code: 0 })
  })

  it('is tried without a database, and makes none', async () => {
    const { run } = emptyWorld()
    expect(await run('db upgrade --dry-run')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('dry run: everything was rolled back'),
    })
    expect(await run('users')).toMatchObject({ code: 4, stderr: expect.stringContaining('no database at') })
  })

  it('is missed by db check where somebody changed the schema by hand', async () => {
    const { db, run } = await world()
    execute(db, 'ALTER TABLE users ADD COLUMN age int; DROP INDEX users_username')
    const { code, stdout } = await run('db check')
    expect({ code, lines: stdout.trimEnd().split('\n') }).toEqual({
      code: 1,
      lines: [
        'drift\tmissing is the index users_username of users: CREATE INDEX users_username ON users USING btree (username), not by a migration',
        'drift\tadded was the column users.age integer, not by a migration',
      ],
    })
  })
})

describe.skipIf(!server)('a password', () => {
  it('is read from a file that only its owner may read', async () => {
    const { db, run } = await world('alice')
    const role = `secret_${db.split('_').slice(1).join('_')}`
    execute(db, `CREATE ROLE ${role} LOGIN PASSWORD 'p4ss'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`)
    expect(query<{ method: string }>(db, `SELECT left(rolpassword, 5) AS method FROM pg_authid WHERE rolname = '${role}'`)).toEqual([
      { method: 'SCRAM' },
    ])
    const hba = query<{ file: string }>(db, "SELECT current_setting('hba_file') AS file")[0]?.file ?? ''
    const before = readFileSync(hba, 'utf8')
    writeFileSync(hba, `host all ${role} 127.0.0.1/32 scram-sha-256\n${before}`)
    execute(db, 'SELECT pg_reload_conf()')
    const file = join(temporaryFolder(), 'pgpass')
    writeFileSync(file, `*:*:*:${role}:p4ss\n`)
    chmodSync(file, 0o600)
    const [cwd, address] = [temporaryFolder(), db.replace('postgres@', `${role}@`)]
    const users = (env: Record<string, string>) => microblog(['users'], { cwd, env: { MICROBLOG_DB: address, ...env } })
    expect(await users({ PGPASSFILE: file })).toEqual({ code: 0, stdout: 'alice\n', stderr: '' })
    expect(await users({ PGPASSWORD: 'p4ss' })).toMatchObject({ code: 0 })
    for (const env of [{ PGPASSWORD: 'wrong' }, { PGPASSFILE: '/dev/null' }])
      expect(await users(env as Record<string, string>)).toMatchObject({
        code: 4,
        stderr: expect.stringContaining('the password is wrong or missing'),
      })
    expect(await run('users')).toMatchObject({ code: 0 })
  })
})
