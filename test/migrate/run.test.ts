import { existsSync, readFileSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { execute, query, schemaOf } from '../support/database.ts'
import { firstMigrations, migration, migrationFolder, smallMigrations } from '../support/migrations.ts'
import { emptyWorld } from '../support/run.ts'

const folderWith = (more: Readonly<Record<string, string>>) => migrationFolder({ ...firstMigrations(), ...more })

/** A database at the first three migrations, with alice and bob, who follow each other. */
async function filled() {
  const made = emptyWorld()
  const migrations = folderWith({})
  for (const line of ['db upgrade', 'user add alice bob', 'follow alice bob', 'follow bob alice']) await made.run(line, { migrations })
  return made
}

const rebuildOfUsers = migration(
  'rebuild users',
  `CREATE TABLE new_users (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL,
  email TEXT,
  password_hash TEXT,
  motto TEXT
) STRICT;
INSERT INTO new_users (id, username, email, password_hash) SELECT id, username, email, password_hash FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
CREATE UNIQUE INDEX users_lower_username ON users (lower(username));`,
  'ALTER TABLE users DROP COLUMN motto;',
)

describe('an upgrade', () => {
  it('keeps every row of followers when it rebuilds users', async () => {
    const { run, db } = await filled()
    expect(await run('db upgrade', { migrations: folderWith({ '0004_motto.sql': rebuildOfUsers }) })).toMatchObject({ code: 0 })
    expect(query(db, 'SELECT * FROM followers ORDER BY follower_id')).toEqual([
      { follower_id: 1, followed_id: 2 },
      { follower_id: 2, followed_id: 1 },
    ])
  })

  it('keeps foreign keys working after it rebuilds users', async () => {
    const { run, db } = await filled()
    const migrations = folderWith({ '0004_motto.sql': rebuildOfUsers })
    await run('db upgrade', { migrations })
    await run('user remove alice --yes', { migrations })
    expect(query(db, 'SELECT * FROM followers')).toEqual([])
  })

  it('that fails in its last statement leaves the schema byte-equal', async () => {
    const { run, db } = await filled()
    const before = schemaOf(db)
    const failing = migration('fails', 'CREATE TABLE a (x);\nDROP TABLE followers;\n\nINSERT INTO nowhere VALUES (1);')
    expect((await run('db upgrade', { migrations: folderWith({ '0004_fails.sql': failing }) })).code).toBe(1)
    expect(schemaOf(db)).toBe(before)
    expect(query(db, 'SELECT count(*) AS n FROM followers')).toEqual([{ n: 2 }])
  })

  it('that fails prints the error with file and line', async () => {
    const { run } = await filled()
    const failing = migration('fails', 'CREATE TABLE a (x);\n\nINSERT INTO nowhere\n  VALUES (1);')
    expect(await run('db upgrade', { migrations: folderWith({ '0004_fails.sql': failing }) })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'Running upgrade 0003 -> 0004, fails ... failed\nerror: 0004_fails.sql:5: no such table: nowhere\n  the upgrade was rolled back: the database is as it was\n',
    })
  })

  it('that fails undoes the migrations before the failing one', async () => {
    const { run, db } = await filled()
    const migrations = folderWith({ '0004_a.sql': migration('a', 'CREATE TABLE a (x);'), '0005_b.sql': migration('b', 'nonsense;') })
    await run('db upgrade', { migrations })
    expect(query(db, 'SELECT max(id) AS id FROM schema_migrations')).toEqual([{ id: '0003' }])
    expect(schemaOf(db)).not.toContain('TABLE a ')
  })

  it('that breaks a foreign key is rolled back', async () => {
    const { run, db } = await filled()
    const breaking = migration('orphans', 'DELETE FROM users WHERE id = 1;')
    const { code, stderr } = await run('db upgrade', { migrations: folderWith({ '0004_orphans.sql': breaking }) })
    expect(code).toBe(1)
    expect(stderr).toContain(
      'error: 0004_orphans.sql: a foreign key would be broken: followers refers to a row that is not in users, and 1 more like it\n',
    )
    expect(query(db, 'SELECT count(*) AS n FROM users')).toEqual([{ n: 2 }])
  })

  it('ignores foreign keys that were broken before it', async () => {
    const { run, db } = await filled()
    execute(db, 'PRAGMA foreign_keys = OFF; INSERT INTO followers VALUES (1, 99)')
    expect((await run('db upgrade', { migrations: folderWith({ '0004_a.sql': migration('a', 'CREATE TABLE a (x);') }) })).code).toBe(0)
  })

  it('that ends its transaction with OR ROLLBACK is rolled back completely', async () => {
    const { run, db } = await filled()
    const conflict = "CREATE TABLE a (x);\nINSERT OR ROLLBACK INTO users (id, username) VALUES (1, 'x');"
    const { code, stderr } = await run('db upgrade', { migrations: folderWith({ '0004_a.sql': migration('a', conflict) }) })
    expect(code).toBe(1)
    expect(stderr).toContain('0004_a.sql:4: UNIQUE constraint failed')
    expect(schemaOf(db)).not.toContain('TABLE a ')
  })

  it('takes no lock when there is nothing to do', async () => {
    const { run, db } = await filled()
    const other = new SQLite(db)
    onTestFinished(() => void other.close())
    other.exec('BEGIN IMMEDIATE')
    expect((await run('db upgrade', { migrations: folderWith({}) })).code).toBe(0)
  })

  it('creates no database when a migration file is missing', async () => {
    const { run, db } = emptyWorld()
    expect((await run('db upgrade', { migrations: migrationFolder({ '0002_b.sql': '' }) })).code).toBe(4)
    expect(existsSync(db)).toBe(false)
  })

  it('creates no database when the target does not exist', async () => {
    const { run, db } = emptyWorld()
    expect((await run('db upgrade nope')).code).toBe(3)
    expect(existsSync(db)).toBe(false)
  })

  it('can apply one migration at a time', async () => {
    const { run } = emptyWorld()
    const migrations = migrationFolder(smallMigrations('a', 'b', 'c'))
    const steps = [
      ['+1', '0001 a'],
      ['b', '0002 b'],
      ['+1', '0003 c (head)'],
    ] as const
    for (const [target, place] of steps) {
      await run(`db upgrade ${target}`, { migrations })
      expect((await run('db current', { migrations })).stdout).toBe(`${place}\n`)
    }
  })
})

describe('a downgrade', () => {
  it('is reversed exactly by the next upgrade', async () => {
    const { run, db } = emptyWorld()
    const migrations = folderWith({})
    const withoutHistory = () => schemaOf(db).replaceAll(/CREATE TABLE (schema_migrations|sqlite_sequence)[^;]*;\n/g, '')
    await run('db upgrade', { migrations })
    const before = withoutHistory()
    await run('db downgrade base --yes', { migrations })
    await run('db upgrade', { migrations })
    expect(withoutHistory()).toBe(before)
  })

  it('prints how many values of a column would be lost', async () => {
    const { run, db } = await filled()
    const migrations = folderWith({ '0004_motto.sql': rebuildOfUsers })
    await run('db upgrade', { migrations })
    execute(db, "UPDATE users SET motto = 'so' WHERE id = 1")
    expect((await run('db downgrade', { migrations })).stderr).toContain('this loses 1 value of users.motto')
  })

  it('leaves the file byte-identical without --yes', async () => {
    const { run, db } = await filled()
    const before = readFileSync(db)
    expect((await run('db downgrade', { migrations: folderWith({}) })).code).toBe(2)
    expect(readFileSync(db).equals(before)).toBe(true)
  })

  it('that fails leaves the schema byte-equal', async () => {
    const { run, db } = emptyWorld()
    const migrations = migrationFolder({ '0001_a.sql': migration('a', 'CREATE TABLE a (x);', 'DROP TABLE a;\nDROP TABLE b;') })
    await run('db upgrade', { migrations })
    const before = schemaOf(db)
    const { code, stderr } = await run('db downgrade', { migrations })
    expect(code).toBe(1)
    expect(stderr).toContain('0001_a.sql:6: no such table: b')
    expect(schemaOf(db)).toBe(before)
  })
})
