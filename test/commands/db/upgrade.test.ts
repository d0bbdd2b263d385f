import { existsSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { execute, query } from '../../support/database.ts'
import { firstMigrations, migrationFolder } from '../../support/migrations.ts'
import { emptyWorld, temporaryFolder, world } from '../../support/run.ts'

describe('db upgrade', () => {
  it("creates the database and prints a line like Alembic's for each migration", async () => {
    const { run } = emptyWorld()
    const { code, stdout, stderr } = await run('db upgrade', { migrations: migrationFolder(firstMigrations()) })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr.replaceAll(/\d+ ms/g, 'n ms')).toBe(
      `Running upgrade (empty) -> 0001, users ... done (n ms)
Running upgrade 0001 -> 0002, posts ... done (n ms)
Running upgrade 0002 -> 0003, followers ... done (n ms)
`,
    )
  })

  it('does nothing the second time', async () => {
    const { run, db } = await world()
    expect(await run('db upgrade')).toEqual({ code: 0, stdout: '', stderr: `${db} is up to date: nothing to do\n` })
  })

  it('does not print "up to date" when the database is past the target', async () => {
    const { run } = await world()
    expect(await run('db upgrade 0001')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('up to date') })
  })

  it('prints nothing with -q', async () => {
    const { run } = emptyWorld()
    expect(await run('db upgrade -q')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await run('db upgrade -q')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('keeps every row, hash and search result while ids become unique for ever, and back', async () => {
    const { run, db } = emptyWorld()
    await run('db upgrade 0004')
    execute(
      db,
      "INSERT INTO users VALUES (3, 'alice', 'a@example.com', '$scrypt$x'), (7, 'bob', NULL, NULL); INSERT INTO followers VALUES (3, 7)",
    )
    execute(db, "INSERT INTO posts (body, timestamp, user_id) VALUES ('a word', '2020-01-01T00:00:00.000Z', 7)")
    const rows = () => ['users', 'followers', 'posts', "posts_search('word')"].map((table) => query(db, `SELECT * FROM ${table}`))
    const before = rows()
    expect((await run('db upgrade')).code).toBe(0)
    expect(rows()).toEqual(before)
    expect(await run('db downgrade 0004')).toMatchObject({ code: 0 })
    expect(rows()).toEqual(before)
  })

  it('does not give the id of a user who was there before 0005 to the next one', async () => {
    const { run, db } = emptyWorld()
    await run('db upgrade 0004')
    execute(db, "INSERT INTO users (id, username) VALUES (3, 'alice'), (7, 'bob')")
    await run('db upgrade')
    await run('user remove bob --yes')
    await run('user add carol')
    expect((await run('user show carol --fields id')).stdout).toBe('8\n')
  })

  it('creates a file that only its owner can read, and no other file', async () => {
    const { folder, db } = await world('alice')
    expect(statSync(db).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['microblog.db'])
  })

  it("creates a WAL database with microblog's application id", async () => {
    const { db } = await world()
    expect(query(db, 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }])
    expect(query(db, 'PRAGMA application_id')).toEqual([{ application_id: 0x6d626c67 }])
  })

  it.each(['nope', '0099', '+99'])('exits 3 for the target %s', async (target) => {
    const { run } = await world()
    expect((await run(`db upgrade ${target}`)).code).toBe(3)
  })

  it('exits 3 when the folder does not exist, and does not create it', async () => {
    const { run, folder } = emptyWorld()
    const { code, stderr } = await run(`db upgrade --db ${folder}/a/b.db`)
    expect(code).toBe(3)
    expect(stderr).toBe(`error: no folder ${folder}/a\n  create it:  mkdir -p ${folder}/a\n`)
    expect(existsSync(join(folder, 'a'))).toBe(false)
  })
})

describe.each(['db upgrade', 'db current', 'users', 'follow a b'])('a file that is not a microblog database, for %s', (line) => {
  const refused = async (db: string) => {
    const { code, stdout, stderr } = await emptyWorld().run([...line.split(' '), '--db', db])
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toMatch(/^error: [^\n]*\n( {2}[^\n]*\n)?$/)
    return stderr
  }
  const fileWith = (bytes: string) => {
    const file = join(temporaryFolder(), 'some.db')
    writeFileSync(file, bytes)
    return file
  }

  it('is refused when it is a folder', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'x.db'))
    expect(await refused(join(folder, 'x.db'))).toContain('is a folder')
  })

  it('is refused when it is a text file', async () => {
    expect(await refused(fileWith('hello\n'.repeat(100)))).toContain('not a microblog database')
  })

  it('is refused when it is /dev/null', async () => {
    expect(await refused('/dev/null')).toContain('is not a file')
  })

  it('is refused, unchanged, when it is a database of another program', async () => {
    const file = join(temporaryFolder(), 'other.db')
    new SQLite(file).exec('CREATE TABLE notes (x)').close()
    expect(await refused(file)).toContain('is a database of another program')
    expect(query(file, 'SELECT name FROM sqlite_schema')).toEqual([{ name: 'notes' }])
  })

  it('is refused when it is truncated', async () => {
    const { db } = await world('alice')
    truncateSync(db, 6000)
    await refused(db)
  })
})

describe('an empty file', () => {
  it('is no database to db upgrade --dry-run and --sql either', async () => {
    const { run, db } = emptyWorld()
    writeFileSync(db, '')
    expect(await run('db upgrade --dry-run')).toMatchObject({ code: 0, stderr: expect.stringContaining('everything was rolled back') })
    expect(statSync(db).size).toBe(0)
    const { code, stdout } = await run('db upgrade --sql')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('PRAGMA application_id') })
  })

  it('is refused by users and accepted by db upgrade', async () => {
    const { run, db } = emptyWorld()
    writeFileSync(db, '')
    expect(await run('users')).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: ${db} is empty\n  create the database in it:  microblog db upgrade\n`,
    })
    expect((await run('db upgrade -q')).code).toBe(0)
    expect((await run('users')).code).toBe(0)
  })
})
