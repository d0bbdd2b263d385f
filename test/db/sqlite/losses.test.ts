/** Rows and values that a migration deletes. An upgrade makes a backup beforehand; a downgrade counts them. */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { execute } from '../../support/database.ts'
import { migration, migrationFolder, newestId, nextId, shippedMigrations } from '../../support/migrations.ts'
import { emptyWorld } from '../../support/run.ts'

const rows = `INSERT INTO users (username) VALUES ('alice'), ('bob');
  INSERT INTO followers VALUES (1, 2);
  INSERT INTO posts (body, timestamp, user_id) VALUES ('hello', '2026-01-02T03:04:05.678Z', 1);
  CREATE TABLE empty (a);
  CREATE VIEW people AS SELECT * FROM users`

/** A database with two users, a follow and a post, and one pending migration. */
async function withMigration(upgrade: string, downgrade = '') {
  const { folder, db, run } = emptyWorld()
  const migrations = migrationFolder({ ...shippedMigrations(), [`${nextId}_added.sql`]: migration('added', upgrade, downgrade) })
  await run(`db upgrade ${newestId}`, { migrations })
  execute(db, rows)
  return { folder, run: (line: string) => run(line, { migrations }) }
}

/** Applies the migration, then returns the result of its downgrade without --yes. */
async function downgraded({ upgrade = '', downgrade }: { upgrade?: string; downgrade: string }) {
  const { run } = await withMigration(upgrade, downgrade)
  expect(await run('db upgrade')).toMatchObject({ code: 0 })
  return run('db downgrade')
}

describe('a backup', () => {
  it.each([
    ['that deletes rows', 'DELETE FROM followers;', 'followers (1 row)'],
    ['that deletes rows of a quoted table', "DELETE FROM main.'followers' WHERE follower_id > 9;", 'followers (1 row)'],
    ['that changes rows', 'UPDATE users SET email = NULL;', 'users (2 rows)'],
    ['that changes rows with OR IGNORE', 'UPDATE OR IGNORE Users SET email = NULL;', 'users (2 rows)'],
    ['that replaces rows', "REPLACE INTO users (id, username) VALUES (1, 'ann');", 'users (2 rows)'],
    ['that inserts or replaces rows', "INSERT OR REPLACE INTO users (id, username) VALUES (1, 'ann');", 'users (2 rows)'],
    [
      'that inserts rows with ON CONFLICT DO UPDATE',
      "INSERT INTO users (id, username) VALUES (1, 'ann') ON CONFLICT DO UPDATE SET username = excluded.username;",
      'users (2 rows)',
    ],
    [
      'that starts with WITH',
      'WITH old (id) AS (SELECT 9), replace AS (SELECT 1) DELETE FROM followers WHERE follower_id IN old;',
      'followers (1 row)',
    ],
    ['that starts with WITH RECURSIVE', 'WITH RECURSIVE n AS NOT MATERIALIZED (SELECT 1) UPDATE users SET email = NULL;', 'users (2 rows)'],
    [
      'that deletes and changes rows of several tables',
      'DELETE FROM followers;\nUPDATE users SET email = NULL;\nDELETE FROM users;',
      'followers (1 row), users (2 rows)',
    ],
    ['that deletes rows of a renamed table', 'ALTER TABLE followers RENAME TO follows;\nDELETE FROM follows;', 'followers (1 row)'],
    [
      'that replaces a table by a copy and deletes its rows',
      `ALTER TABLE followers RENAME TO old;
CREATE TABLE followers (a, b);
INSERT INTO followers SELECT * FROM old;
DROP TABLE old;
ALTER TABLE followers RENAME TO follows;
DELETE FROM follows;`,
      'followers (1 row)',
    ],
  ])('is made before a step %s', async (_which, sql, danger) => {
    const { run } = await withMigration(sql)
    expect((await run('db upgrade --dry-run')).stderr).not.toContain('Backed up')
    expect((await run('db upgrade')).stderr).toContain(`because rows are rebuilt, changed or dropped: ${danger}\n`)
  })

  it.each([
    ['that deletes rows of an empty table', 'DELETE FROM empty;'],
    ['that changes rows of an empty table', 'UPDATE empty SET a = 1;'],
    [
      'that drops a search index',
      'DROP TRIGGER posts_search_insert;\nDROP TRIGGER posts_search_delete;\nDROP TRIGGER posts_search_update;\nDROP TABLE posts_search;',
    ],
    ['that changes a search index', "INSERT INTO posts_search (posts_search) VALUES ('rebuild');"],
    ['that inserts rows', "WITH n AS (SELECT 1) INSERT OR IGNORE INTO users (username) VALUES ('carol') ON CONFLICT DO NOTHING;"],
    ['that drops an index', 'DROP INDEX followers_followed_id;'],
    ['that drops a view', 'DROP VIEW people;'],
    [
      'that creates a trigger',
      'CREATE TRIGGER t AFTER DELETE ON posts BEGIN\n  DELETE FROM users;\n  UPDATE users SET email = NULL;\nEND;',
    ],
    ['that only has an EXPLAIN', 'EXPLAIN DELETE FROM followers;'],
    ['that drops a constraint', 'CREATE TABLE empty_too (a, b, CONSTRAINT c CHECK (a > 0));\nALTER TABLE empty_too DROP CONSTRAINT c;'],
    ['that only renames columns', 'ALTER TABLE users RENAME COLUMN email TO mail;\nALTER TABLE users RENAME mail TO email;'],
    ['that drops a table it has created', 'CREATE TABLE t AS SELECT * FROM users;\nDELETE FROM t;\nDROP TABLE t;'],
    [
      'that drops a new table with the old name of another',
      'ALTER TABLE followers RENAME TO old;\nCREATE TABLE followers (a);\nDROP TABLE followers;',
    ],
    ["that clears SQLite's own table", "DELETE FROM sqlite_sequence WHERE name = 'posts';"],
  ])('is not made before a step %s', async (_which, sql) => {
    const { folder, run } = await withMigration(sql)
    expect(await run('db upgrade')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('danger') })
    expect(readdirSync(folder)).not.toContainEqual(expect.stringContaining('.bak'))
  })
})

describe('a search index that holds its own rows', () => {
  const upgrade = "CREATE VIRTUAL TABLE notes USING fts5(title, body);\nINSERT INTO notes VALUES ('a', 'b'), ('c', NULL);"

  it('is not dropped by a downgrade without --yes', async () => {
    expect(await downgraded({ upgrade, downgrade: 'DROP TABLE notes;' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('this loses 2 rows of notes'),
    })
  })

  it('is backed up before its rows are deleted', async () => {
    const { run } = await withMigration(upgrade, 'DELETE FROM notes;')
    await run('db upgrade')
    expect((await run('db downgrade --yes')).stderr).toMatch(
      /^Backed up to .*, because rows are rebuilt, changed or dropped: notes \(2 rows\)\n/,
    )
  })

  it.each([
    ['is renamed', 'ALTER TABLE notes RENAME TO remarks;'],
    [
      'is filled anew',
      `CREATE TABLE copy AS SELECT * FROM notes;\nDROP TABLE notes;\n${upgrade.split('\n')[0]}\nINSERT INTO notes SELECT * FROM copy;`,
    ],
  ])('needs no --yes when it %s', async (_what, downgrade) => {
    expect(await downgraded({ upgrade, downgrade })).toMatchObject({ code: 0 })
  })
})

describe('a downgrade needs no --yes', () => {
  it.each([
    [
      'drops a generated column',
      {
        upgrade: 'ALTER TABLE users ADD COLUMN initial TEXT AS (substr(username, 1, 1));',
        downgrade: 'ALTER TABLE users DROP COLUMN initial;',
      },
    ],
    [
      'drops a search index',
      {
        upgrade: '',
        downgrade:
          'DROP TRIGGER posts_search_insert;\nDROP TRIGGER posts_search_delete;\nDROP TRIGGER posts_search_update;\nDROP TABLE posts_search;',
      },
    ],
    ['renames a table and a column', { downgrade: 'ALTER TABLE users RENAME TO persons;\nALTER TABLE persons RENAME username TO name;' }],
    [
      'creates a column again and fills it',
      {
        downgrade:
          'ALTER TABLE users RENAME username TO old;\nALTER TABLE users ADD COLUMN username TEXT;\nUPDATE users SET username = old;',
      },
    ],
    [
      'replaces a renamed column by its copy',
      {
        upgrade: 'CREATE TABLE t (a, b);\nINSERT INTO t VALUES (1, 2);',
        downgrade: `ALTER TABLE t RENAME b TO c;
ALTER TABLE t ADD COLUMN copy;
UPDATE t SET copy = c;
ALTER TABLE t DROP c;
ALTER TABLE t RENAME copy TO c;`,
      },
    ],
    ['creates a temporary table that hides a table', { downgrade: 'CREATE TEMP TABLE users (x);\nCREATE TEMP TABLE rest (x);' }],
    ['adds a row with NULL in a column', { downgrade: "INSERT INTO users (username) VALUES ('carol');" }],
    [
      'replaces a column by its copy',
      {
        upgrade: "ALTER TABLE users ADD COLUMN motto TEXT DEFAULT 'so';",
        downgrade:
          'ALTER TABLE users ADD COLUMN copy TEXT;\nUPDATE users SET copy = motto;\nALTER TABLE users DROP COLUMN motto;\nALTER TABLE users RENAME copy TO Motto;',
      },
    ],
  ])('when it %s', async (_what, steps) => {
    expect(await downgraded(steps)).toMatchObject({ code: 0 })
  })

  const rebuild =
    'CREATE TABLE new_followers (followed_id, follower_id);\nINSERT INTO new_followers SELECT followed_id, follower_id FROM followers;'
  it.each([
    [
      'before it restores the name of a column',
      `${rebuild}\nDROP TABLE followers;\nALTER TABLE new_followers RENAME TO followers;\nALTER TABLE followers RENAME followed_id TO whom;`,
    ],
    [
      'after it has restored the name of a column',
      `ALTER TABLE followers RENAME follower_id TO who;\n${rebuild.replaceAll('follower_id', 'who')}\nDROP TABLE followers;\nALTER TABLE new_followers RENAME TO followers;`,
    ],
    [
      'through a temporary table',
      `CREATE TEMP TABLE copy AS SELECT * FROM followers;
DROP TABLE followers;
CREATE TABLE followers (followed_id, follower_id);
INSERT INTO followers SELECT followed_id, follower_id FROM copy;
DROP TABLE copy;`,
    ],
    [
      'after it has restored its name',
      `ALTER TABLE followers RENAME TO follows;
${rebuild.replaceAll(' followers', ' follows')}
DROP TABLE follows;
ALTER TABLE new_followers RENAME TO follows;`,
    ],
    [
      'after it has renamed the old table',
      `ALTER TABLE followers RENAME TO old;\nCREATE TABLE followers (followed_id, follower_id);\nINSERT INTO followers SELECT followed_id, follower_id FROM old;\nDROP TABLE old;`,
    ],
  ])('when it rebuilds a table %s', async (_when, downgrade) => {
    expect(await downgraded({ downgrade })).toMatchObject({ code: 0 })
  })

  it.each([501, 1000, 2000])('when it drops an empty table beside a table of %i columns', async (count) => {
    const columns = Array.from({ length: count }, (_, i) => `c${i}`)
    const upgrade = `CREATE TABLE wide (${columns.join(', ')});\nINSERT INTO wide (c0, c${count - 1}) VALUES (1, 2);\nCREATE TABLE b (x);`
    expect(await downgraded({ upgrade, downgrade: 'DROP TABLE b;' })).toMatchObject({ code: 0 })
    const emptied = await downgraded({ upgrade, downgrade: `UPDATE wide SET c${count - 1} = NULL;` })
    expect(emptied.stderr).toContain(`this loses 1 value of wide.c${count - 1}\n`)
  })
})

describe('a downgrade counts', () => {
  it.each([
    [
      'deleted rows of a table that it also renames',
      { downgrade: "ALTER TABLE users RENAME TO persons;\nDELETE FROM followers;\nDELETE FROM persons WHERE username = 'bob';" },
      '1 row of users and 1 row of followers',
    ],
    [
      'rows of a dropped table whose name another table takes',
      {
        upgrade: 'CREATE TABLE t (a);\nINSERT INTO t VALUES (1);',
        downgrade: 'DROP TABLE followers;\nALTER TABLE users RENAME TO followers;\nDROP TABLE t;',
      },
      '1 row of t and 1 row of followers',
    ],
    [
      'rows of a renamed and dropped table whose old name another table takes',
      {
        upgrade: 'CREATE TABLE t (a);\nINSERT INTO t VALUES (1);',
        downgrade: 'ALTER TABLE t RENAME TO old;\nALTER TABLE followers RENAME TO t;\nDROP TABLE old;',
      },
      '1 row of t',
    ],
    [
      'values of a dropped column when a new column has the same values',
      {
        upgrade: 'CREATE TABLE t (a, flag INTEGER DEFAULT 1);\nINSERT INTO t (a) VALUES (1), (2);',
        downgrade: 'ALTER TABLE t DROP COLUMN flag;\nALTER TABLE t ADD COLUMN other INTEGER DEFAULT 1;',
      },
      '2 values of t.flag',
    ],
    [
      'values of a dropped column whose name another column takes',
      {
        upgrade: 'CREATE TABLE t (a, b);\nINSERT INTO t VALUES (1, 1), (2, NULL);',
        downgrade: 'ALTER TABLE t DROP COLUMN a;\nALTER TABLE t RENAME b TO a;',
      },
      '2 values of t.a',
    ],
    [
      'values of a column that a generated column replaces',
      {
        upgrade: 'CREATE TABLE t (a, b);\nINSERT INTO t VALUES (1, 1), (2, NULL);',
        downgrade: 'ALTER TABLE t DROP COLUMN b;\nALTER TABLE t ADD COLUMN b AS (a);',
      },
      '1 value of t.b',
    ],
    [
      'rows of a dropped table that was copied to a table of another name',
      { downgrade: 'CREATE TABLE follows AS SELECT * FROM followers;\nDROP TABLE followers;' },
      '1 row of followers',
    ],
  ])('%s', async (_what, steps, losses) => {
    const { code, stderr } = await downgraded(steps)
    expect(stderr.split('\n')[0]).toBe(`error: this loses ${losses}`)
    expect(code).toBe(2)
  })
})
