/** What a migration file leaves on the connection, which the next file of the same run must not find. */
import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { removeLeftovers } from '../../../src/db/sqlite/leftovers.ts'
import { splitStatements } from '../../../src/db/sqlite/tokens.ts'
import { execute, query } from '../../support/database.ts'
import { migration, migrationFolder } from '../../support/migrations.ts'
import { emptyWorld } from '../../support/run.ts'

const leftovers = (script: string) => removeLeftovers(splitStatements(script)).map(({ sql }) => sql)

describe('removeLeftovers', () => {
  it.each([
    ['CREATE TEMP TABLE a (x)', ['DROP TABLE IF EXISTS temp.a']],
    ['CREATE TEMPORARY TABLE IF NOT EXISTS "A b" AS SELECT 1', ['DROP TABLE IF EXISTS temp."a b"']],
    ["CREATE TEMP TABLE temp.'a' (x); CREATE TABLE temp.b (x)", ['DROP TABLE IF EXISTS temp.a', 'DROP TABLE IF EXISTS temp.b']],
    ['CREATE VIRTUAL TABLE temp.f USING fts5(x)', ['DROP TABLE IF EXISTS temp.f']],
    ['CREATE TEMP TABLE a (x); ALTER TABLE a RENAME TO b', ['DROP TABLE IF EXISTS temp.b']],
    ['CREATE TEMP TABLE a (x); DROP TABLE A', []],
    ['CREATE TEMP TABLE a (x); DROP TABLE IF EXISTS temp.a', []],
    ['CREATE TEMP TABLE a (x); DROP TABLE main.a', ['DROP TABLE IF EXISTS temp.a']],
    ['CREATE TABLE temp (x); CREATE TABLE main.a (x); ALTER TABLE temp RENAME TO b', []],
    ['PRAGMA legacy_alter_table = ON', ['PRAGMA legacy_alter_table = OFF']],
    ['pragma main."legacy_alter_table"(1); SELECT 1', ['PRAGMA legacy_alter_table = OFF']],
    ['PRAGMA legacy_alter_table = ON; PRAGMA legacy_alter_table = off', []],
    ['PRAGMA legacy_alter_table = 1; PRAGMA legacy_alter_table(0); PRAGMA defer_foreign_keys = ON', []],
  ])('%s', (script, expected) => {
    expect(leftovers(script)).toEqual(expected)
    const handle = new SQLite(':memory:')
    if (script.includes('DROP TABLE main.a')) handle.exec('CREATE TABLE a (x)')
    handle.exec([script, ...leftovers(script)].join(';'))
    expect(handle.prepare("SELECT name FROM temp.sqlite_schema WHERE type = 'table'").all()).toEqual([])
    expect(handle.pragma('legacy_alter_table', { simple: true })).toBe(0)
    handle.close()
  })
})

describe('a temporary table that a file leaves', () => {
  const files = {
    '0001_a.sql': migration('a', 'CREATE TABLE a (x);\nINSERT INTO a VALUES (1);'),
    '0002_b.sql': migration('b', 'CREATE TEMP TABLE a AS SELECT * FROM a;'),
    '0003_c.sql': migration('c', 'INSERT INTO a VALUES (2);\nCREATE INDEX i ON a (x);'),
  }

  it('does not take the rows and indexes of the files after it', async () => {
    const { db, run } = emptyWorld()
    const migrations = migrationFolder(files)
    expect(await run('db upgrade', { migrations })).toMatchObject({ code: 0 })
    expect(query(db, 'SELECT x FROM a')).toEqual([{ x: 1 }, { x: 2 }])
    expect((await run('db check', { migrations })).stdout).not.toMatch(/^(files|drift)/m)
  })

  it('does not in a script either', async () => {
    const { db, run } = emptyWorld()
    execute(db, (await run('db upgrade --sql', { migrations: migrationFolder(files) })).stdout)
    expect(query(db, "SELECT x, (SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'a') AS i FROM a")).toEqual([
      { x: 1, i: 'i' },
      { x: 2, i: 'i' },
    ])
  })
})

describe('the legacy mode of ALTER TABLE that a file leaves on', () => {
  it('ends with the file', async () => {
    const { db, run } = emptyWorld()
    const migrations = migrationFolder({
      '0001_a.sql': migration('a', 'CREATE TABLE a (x INTEGER PRIMARY KEY);\nCREATE TABLE c (x REFERENCES a);'),
      '0002_b.sql': migration('b', 'PRAGMA legacy_alter_table = ON;'),
      '0003_c.sql': migration('c', 'ALTER TABLE a RENAME TO b;'),
    })
    expect(await run('db upgrade', { migrations })).toMatchObject({ code: 0 })
    expect(query(db, 'SELECT "table" FROM pragma_foreign_key_list(\'c\')')).toEqual([{ table: 'b' }])
    expect((await run('db check', { migrations })).stdout).not.toMatch(/^(files|drift)/m)
  })
})
