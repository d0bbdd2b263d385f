/** Which migration files the commands refuse, and what they print. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { query } from '../../support/database.ts'
import { migration, migrationFolder, shippedMigrations } from '../../support/migrations.ts'
import { emptyWorld, world } from '../../support/run.ts'

/** Runs `db upgrade` on a folder whose only file is this one. */
async function upgradeWith(content: string | Buffer) {
  const { db, run } = emptyWorld()
  const migrations = migrationFolder({})
  writeFileSync(join(migrations, '0001_a.sql'), content)
  const result = await run('db upgrade', { migrations })
  return { ...result, db, isCreated: existsSync(db) }
}

/** The names of all tables except the migrator's. */
const tables = (db: string) =>
  query<{ name: string }>(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations' ORDER BY name").map(
    ({ name }) => name,
  )

describe('db upgrade refuses, with file and line,', () => {
  const text = (statement: string) => migration('a', `CREATE TABLE t (a, b);\n${statement}`)
  it.each([
    ['a NUL', 4, 'there is a NUL character', text('SELECT 1;\0\nCREATE TABLE u (x);')],
    ['a NUL in a string', 4, 'there is a NUL character', text("INSERT INTO t VALUES ('a\0b', 1);")],
    ['a comment without an end', 5, 'this comment is not closed', text('SELECT 1;\n/* DROP TABLE t;')],
    [
      'a comment that only seems to end',
      4,
      'this comment goes on after a line break that is not a line feed',
      text('-- so\rCREATE TABLE u (x);'),
    ],
    ['a comment of three characters', 4, 'this comment is not closed', text('/*/ SELECT 1;')],
    ['a string without an end', 4, 'this string is not closed', text("SELECT 'it''s;")],
    ['a blob without an end', 4, 'this blob is not closed', text("SELECT x'00;")],
    ['a quoted name without an end', 4, 'this quoted name is not closed', text('SELECT 1 AS "a')],
    ['a name in brackets without an end', 4, 'this quoted name is not closed', text('SELECT 1 AS [a')],
    ['a name in backticks without an end', 4, 'this quoted name is not closed', text('SELECT 1 AS `a')],
    ['the variable ?', 5, 'the variable ? has no value', text('SELECT\n  1, ?;')],
    ['the variable ?2', 4, 'the variable ?2 has no value', text('SELECT ?2;')],
    ['the variable :name', 4, 'the variable :name has no value', text('SELECT a FROM t WHERE b=:name;')],
    ['the variable @you', 4, 'the variable @you has no value', text('SELECT @you;')],
    ['the variable $é', 4, 'the variable $é has no value', text('SELECT $é;')],
    ['the variable #x', 4, 'the variable #x has no value', text('SELECT #x;')],
    ['a variable in the downgrade', 5, 'the variable ? has no value', migration('a', 'SELECT 1;', 'SELECT ?;')],
    ['a dot-command', 4, "'.' is not the beginning of a statement", text('.read other.sql')],
  ])('%s', async (_what, line, message, content) => {
    const { code, stderr, isCreated } = await upgradeWith(content)
    expect({ code, isCreated }).toEqual({ code: 4, isCreated: false })
    expect(stderr.split('\n')[0]).toBe(`error: 0001_a.sql:${line}: ${message}`)
  })

  it.each([
    ['Latin-1', 3, Buffer.from(migration('a', "SELECT 'é';"), 'latin1')],
    ['UTF-16', 1, Buffer.from(`\uFEFF${migration('a', 'SELECT 1;')}`, 'utf16le')],
    ['half a character', 2, Buffer.from([0x2d, 0x2d, 0x61, 0x0a, 0xc3])],
  ])('bytes that are not UTF-8: %s', async (_what, line, content) => {
    const { code, stderr, isCreated } = await upgradeWith(content)
    expect({ code, isCreated }).toEqual({ code: 4, isCreated: false })
    expect(stderr).toBe(`error: 0001_a.sql:${line}: this is not UTF-8\n  save the file as UTF-8\n`)
  })

  it.each([
    ['PRAGMA application_id', 'PRAGMA application_id = 7;'],
    ['PRAGMA ignore_check_constraints', 'pragma main.ignore_check_constraints(1);'],
    ['PRAGMA query_only', 'EXPLAIN PRAGMA "query_only" = 1;'],
    ['PRAGMA foreign_keys', 'PRAGMA foreign_keys = OFF;'],
    ['PRAGMA writable_schema', 'PRAGMA [writable_schema] = ON;'],
    ['COMMIT', 'COMMIT;'],
    ['VACUUM', 'vacuum into "x";'],
    ['the table schema_migrations', 'DELETE FROM schema_migrations;'],
    ['the table schema_migrations', 'DROP TABLE IF EXISTS main."Schema_Migrations";'],
    ['the table schema_migrations', 'CREATE TABLE [schema_migrations] (x);'],
    ['the table schema_migrations', "INSERT INTO 'schema_migrations' VALUES (1);"],
    ['the table schema_migrations', "UPDATE OR REPLACE `schema_migrations` SET id = '9';"],
    ['the table schema_migrations', "UPDATE OR REPLACE 'schema_migrations' SET id = '9';"],
    ['the table schema_migrations', "ALTER TABLE t RENAME TO 'SCHEMA_MIGRATIONS';"],
    ['the table schema_migrations', 'CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM schema_migrations; END;'],
    ['the table schema_migrations', 'WITH w AS (SELECT 1) DELETE FROM schema_migrations WHERE id IN w;'],
    ['CREATE TEMP VIEW', 'create temporary view v as select 1;'],
    ['CREATE TEMP VIEW', 'create view if not exists "Temp".v as select 1;'],
    ['CREATE TEMP TRIGGER', 'CREATE TRIGGER temp.g AFTER INSERT ON t BEGIN SELECT 1; END;'],
    ['CREATE TEMP TRIGGER', 'CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;'],
  ])('%s: %s', async (what, statement) => {
    const { code, stderr, isCreated } = await upgradeWith(text(`/* so */\n${statement}`))
    expect({ code, isCreated }).toEqual({ code: 4, isCreated: false })
    expect(stderr.split('\n')[0]).toBe(`error: 0001_a.sql:5: ${what} is not allowed in a migration`)
  })

  it.each([
    [
      'variables, marks and what is refused in strings, names and comments',
      "SELECT '? :a /* -- \" schema_migrations', 1 AS [:a]; -- ? ' /*",
    ],
    ['the string schema_migrations', "INSERT INTO t VALUES ('schema_migrations', 'temp');"],
    ['allowed PRAGMAs', 'PRAGMA defer_foreign_keys = ON; PRAGMA main.foreign_key_check(t); PRAGMA "legacy_alter_table" = OFF;'],
    ['an alias called temp', 'DELETE FROM t WHERE a IN (SELECT temp.a FROM (SELECT a FROM t) AS temp JOIN t ON temp.a = t.a);'],
    ['a temporary table', 'CREATE TEMP TABLE u (x); INSERT INTO u VALUES (1); DROP TABLE temp.u;'],
    ['a table called temp', 'CREATE TABLE temp (x); INSERT INTO temp VALUES (1); UPDATE t SET a = 1; DROP TABLE temp;'],
    ['JSON operators', "SELECT '{}' -> '$.a' ->> '$.b';"],
  ])('but not %s', async (_what, statement) => {
    expect(await upgradeWith(text(statement))).toMatchObject({ code: 0 })
  })
})

describe('a no-break space', () => {
  it('is part of a name', async () => {
    const { code, db } = await upgradeWith(migration('a', 'CREATE TABLE t (x);\nCREATE TABLE t\u00a0 (y);\nDROP TABLE t\u00a0;'))
    expect(code).toBe(0)
    expect(tables(db)).toEqual(['t'])
  })

  it('is part of a name whose rows are backed up', async () => {
    const { run } = emptyWorld()
    const first = { '0001_a.sql': migration('a', 'CREATE TABLE t\u00a0(x);\nINSERT INTO t\u00a0 VALUES (1);') }
    await run('db upgrade', { migrations: migrationFolder(first) })
    const migrations = migrationFolder({ ...first, '0002_b.sql': migration('b', 'DELETE FROM t\u00a0;') })
    expect((await run('db upgrade', { migrations })).stderr).toContain('rows are rebuilt, changed or dropped: t')
  })
})

describe('something in the folder that is not a migration', () => {
  const strays: [string, (path: string) => void, string][] = [
    ['notes.sql', (path) => writeFileSync(path, ''), "migration file 'notes.sql' is not named like 0001_users.sql"],
    ['0003_followers copy.sql', (path) => writeFileSync(path, ''), "migration file '0003_followers copy.sql' is not named like"],
    ['0005_b.sql', (path) => mkdirSync(path), '0005_b.sql is not a file, or is a broken link'],
    ['0005_b.sql', (path) => symlinkSync('nowhere', path), '0005_b.sql is not a file, or is a broken link'],
  ]
  it.each(strays)('%s does not stop ordinary commands, and is reported by the db commands', async (file, make, says) => {
    const { run } = await world('alice')
    const migrations = migrationFolder(shippedMigrations())
    make(join(migrations, file))
    expect(await run('users', { migrations })).toEqual({ code: 0, stdout: 'alice\n', stderr: '' })
    for (const line of ['db upgrade', 'db check', 'db history', 'db current', 'db show 1', 'db revision -m x']) {
      const { code, stderr } = await run(line, { migrations })
      expect(code).toBe(4)
      expect(stderr).toContain(says)
      expect(stderr).toContain('a migration is a file with four digits, an underscore, then a-z, 0-9 and _')
    }
  })
})
