/** Migrations to schemas that SQLite accepts but that fail when they are used. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { execute, query, schemaOf } from '../../support/database.ts'
import { migration, migrationFolder, smallMigrations } from '../../support/migrations.ts'
import { emptyWorld } from '../../support/run.ts'

const unchanged = 'the upgrade was rolled back: the database is as it was\n'

/** A database with a table that a trigger fills, and a folder with one more migration. */
async function withMigration(upgrade: string, downgrade = '') {
  const { run, db } = emptyWorld()
  const files = {
    '0001_log.sql': migration(
      'log',
      `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE log (name TEXT);
CREATE TRIGGER users_log AFTER INSERT ON users BEGIN INSERT INTO log (name) VALUES (new.name); END;`,
      'DROP TABLE users; DROP TABLE log;',
    ),
  }
  await run('db upgrade', { migrations: migrationFolder(files) })
  const migrations = migrationFolder({ ...files, '0002_change.sql': migration('change', upgrade, downgrade) })
  return { db, run: (line: string) => run(line, { migrations }) }
}

const renamedLog = 'ALTER TABLE log RENAME TO log_old;\nCREATE TABLE log (name TEXT, at TEXT);\nDROP TABLE log_old;'

const broken: readonly [what: string, upgrade: string, says: string][] = [
  ['a trigger that writes into a dropped table', renamedLog, 'INSERT INTO users fails: no such table: main.log_old'],
  [
    'a trigger with too few values',
    'ALTER TABLE log ADD COLUMN at TEXT;\nCREATE TRIGGER t AFTER DELETE ON users BEGIN INSERT INTO log VALUES (old.name); END;',
    'DELETE FROM users fails: table log has 2 columns but 1 values were supplied',
  ],
  [
    'a trigger for one column only',
    'CREATE TRIGGER t AFTER UPDATE OF name ON users BEGIN DELETE FROM nowhere; END;',
    'UPDATE users fails: no such table: main.nowhere',
  ],
  [
    'a view that calls an unknown function',
    'CREATE VIEW v AS SELECT len(name) FROM users;',
    'SELECT * FROM v fails: no such function: len',
  ],
  [
    'an INSTEAD OF trigger of a view',
    'CREATE VIEW v AS SELECT name FROM users;\nCREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN DELETE FROM nowhere; END;',
    'INSERT INTO v fails: no such table: main.nowhere',
  ],
  ['a default that calls an unknown function', 'CREATE TABLE t (a TEXT DEFAULT (now()));', 'INSERT INTO t fails: unknown function: now()'],
  [
    'a default that its CHECK refuses',
    "CREATE TABLE t (a TEXT NOT NULL DEFAULT 'draft' CHECK (a IN ('live', 'dead')));",
    "the default 'draft' of 't.a' cannot be stored: CHECK constraint failed: a in ( 'live' , 'dead' )",
  ],
  [
    'a default of another type',
    "CREATE TABLE t (a INTEGER DEFAULT 'x') STRICT;",
    "the default 'x' of 't.a' cannot be stored: cannot store TEXT value in INTEGER column t.a",
  ],
  [
    'a search index whose table is dropped',
    "CREATE TABLE c (a);\nCREATE VIRTUAL TABLE s USING fts5 (a, content='c');\nDROP TABLE c;",
    'SELECT * FROM s fails: no such table: main.c',
  ],
  [
    'a search index whose column is renamed',
    "CREATE TABLE c (a);\nCREATE VIRTUAL TABLE s USING fts5 (a, content='c');\nALTER TABLE c RENAME COLUMN a TO b;",
    'SELECT * FROM s fails: no such column: T.a',
  ],
]

const misfits: readonly [what: string, upgrade: string, says: string][] = [
  [
    'a column that is not unique',
    'CREATE TABLE p (id INTEGER PRIMARY KEY, c TEXT);\nCREATE TABLE k (c TEXT REFERENCES p (c));',
    'k (c) refers to p (c): these columns of p must be its PRIMARY KEY or UNIQUE',
  ],
  [
    'a missing column',
    'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE k (c TEXT REFERENCES p (d));',
    'k (c) refers to p (d): these columns of p must be its PRIMARY KEY or UNIQUE',
  ],
  [
    'half of a unique key',
    'CREATE TABLE p (a, b, UNIQUE (a, b));\nCREATE TABLE k (c REFERENCES p (a));',
    'k (c) refers to p (a): these columns of p must be its PRIMARY KEY or UNIQUE',
  ],
  [
    'a column that is unique in some rows only',
    'CREATE TABLE p (a);\nCREATE UNIQUE INDEX i ON p (a) WHERE a > 0;\nCREATE TABLE k (c REFERENCES p (a));',
    'k (c) refers to p (a): these columns of p must be its PRIMARY KEY or UNIQUE',
  ],
  [
    'a column that is unique in another collation',
    'CREATE TABLE p (a TEXT);\nCREATE UNIQUE INDEX i ON p (a COLLATE NOCASE);\nCREATE TABLE k (c REFERENCES p (a));',
    'k has a key that does not fit its parent: foreign key mismatch - "k" referencing "p"',
  ],
  [
    'a PRIMARY KEY of two columns',
    'CREATE TABLE p (a, b, PRIMARY KEY (a, b));\nCREATE TABLE k (c REFERENCES p);',
    'k (c) refers to p: its PRIMARY KEY has 2 columns, not 1',
  ],
  ['a missing table', 'CREATE TABLE k (c REFERENCES p (a));', 'k refers to a missing table, p'],
]

describe.each(['db upgrade', 'db upgrade --dry-run'])('%s', (line) => {
  it.each(broken)('refuses %s, and rolls back', async (_what, upgrade, says) => {
    const { db, run } = await withMigration(upgrade)
    const before = readFileSync(db)
    const { code, stderr } = await run(line)
    expect(stderr).toContain('Running upgrade 0001 -> 0002, change ... failed\n')
    expect(stderr).toContain(`error: 0002_change.sql: ${says}`)
    expect(stderr).toContain(`drop or recreate it in the same migration\n  ${unchanged}`)
    expect(code).toBe(1)
    expect(readFileSync(db).equals(before)).toBe(true)
  })

  it.each(misfits)('refuses a foreign key to %s', async (_what, upgrade, says) => {
    const { run } = await withMigration(upgrade)
    const { code, stderr } = await run(line)
    expect(stderr).toContain(`error: 0002_change.sql: a foreign key would be broken: ${says}\n`)
    expect(code).toBe(1)
  })
})

it.each([
  ['its INTEGER PRIMARY KEY', 'CREATE TABLE p (Id INTEGER PRIMARY KEY);\nCREATE TABLE k (a REFERENCES p, b REFERENCES P (iD));'],
  ['a UNIQUE in another order', 'CREATE TABLE p (a, b, UNIQUE (a, b));\nCREATE TABLE k (a, b, FOREIGN KEY (b, a) REFERENCES p (b, a));'],
  [
    'a table without rowids',
    'CREATE TABLE p (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;\nCREATE TABLE k (a, b, FOREIGN KEY (a, b) REFERENCES p);',
  ],
  ['a unique index', 'CREATE TABLE "p q" ("x y");\nCREATE UNIQUE INDEX i ON "p q" ("x y");\nCREATE TABLE k (a REFERENCES "p q" ("x y"));'],
])('db upgrade accepts a foreign key to %s', async (_what, upgrade) => {
  const { run } = await withMigration(upgrade)
  expect((await run('db upgrade')).code).toBe(0)
})

it('db downgrade refuses to leave a trigger that fails', async () => {
  const { db, run } = await withMigration(
    'CREATE TABLE more (x);\nDROP TRIGGER users_log;\nCREATE TRIGGER users_log AFTER INSERT ON users BEGIN INSERT INTO more VALUES (1); END;',
    'DROP TABLE more;',
  )
  await run('db upgrade')
  const before = schemaOf(db)
  const { code, stderr } = await run('db downgrade')
  expect(stderr).toContain('error: 0002_change.sql: INSERT INTO users fails: no such table: main.more\n')
  expect(stderr).toContain('the downgrade was rolled back: the database is as it was\n')
  expect(code).toBe(1)
  expect(schemaOf(db)).toBe(before)
})

describe('a fault that existed before the migration', () => {
  const faults = `CREATE TABLE p (id INTEGER PRIMARY KEY, c TEXT); CREATE TABLE k (c TEXT REFERENCES p (c));
    CREATE TABLE users (a); CREATE TRIGGER t AFTER INSERT ON users BEGIN INSERT INTO nowhere VALUES (1); END;`

  it('does not stop an unrelated migration, and is found by db check', async () => {
    const { run, db } = emptyWorld()
    await run('db upgrade', { migrations: migrationFolder(smallMigrations('a')) })
    execute(db, faults)
    const migrations = migrationFolder(smallMigrations('a', 'b'))
    expect(await run('db upgrade', { migrations })).toMatchObject({ code: 0 })
    const { code, stdout } = await run('db check', { migrations })
    expect(stdout).toContain('compile\tINSERT INTO users fails: no such table: main.nowhere\n')
    expect(stdout).toContain('foreign key\tk (c) refers to p (c): these columns of p must be its PRIMARY KEY or UNIQUE\n')
    expect(code).toBe(1)
  })

  it('does not hide the dangling references of other tables', async () => {
    const { run, db } = emptyWorld()
    const migrations = migrationFolder(smallMigrations('a'))
    await run('db upgrade', { migrations })
    execute(db, `PRAGMA foreign_keys = OFF; ${faults} CREATE TABLE z (p REFERENCES p (id)); INSERT INTO z VALUES (7)`)
    expect((await run('db check', { migrations })).stdout).toContain('foreign key\tz (row 1) refers to a row that is not in p\n')
  })
})

describe('a search index', () => {
  const searchable = migration(
    'search',
    "CREATE TABLE c (id INTEGER PRIMARY KEY, a TEXT);\nCREATE VIRTUAL TABLE s USING fts5 (a, content='c', content_rowid='id');\nCREATE TABLE other (x);",
    'DROP TABLE s; DROP TABLE c; DROP TABLE other;',
  )
  const stale = "the search index s does not match c: fill it again with INSERT INTO s (s) VALUES ('rebuild')"

  const indexed = async (upgrade: string) => {
    const { run, db } = emptyWorld()
    await run('db upgrade', { migrations: migrationFolder({ '0001_search.sql': searchable }) })
    const migrations = migrationFolder({ '0001_search.sql': searchable, '0002_change.sql': migration('change', upgrade) })
    return { db, run: (line: string) => run(line, { migrations }) }
  }

  it('that no longer matches its table after a migration is refused', async () => {
    const { db, run } = await indexed("INSERT INTO c (a) VALUES ('elm');")
    expect(await run('db upgrade')).toMatchObject({ code: 1, stderr: expect.stringContaining(`error: 0002_change.sql: ${stale}\n`) })
    expect(query(db, 'SELECT * FROM c')).toEqual([])
  })

  it('that a migration rebuilds is accepted', async () => {
    const { run } = await indexed("INSERT INTO c (a) VALUES ('elm');\nINSERT INTO s (s) VALUES ('rebuild');")
    expect((await run('db upgrade')).code).toBe(0)
    expect((await run('db check')).stdout).not.toContain('search index')
  })

  it('that does not match its table does not stop a migration of another table, and is found by db check', async () => {
    const { db, run } = await indexed('INSERT INTO other VALUES (1);')
    execute(db, "INSERT INTO c (a) VALUES ('elm')")
    expect((await run('db upgrade')).code).toBe(0)
    const before = readFileSync(db)
    const { code, stdout } = await run('db check')
    expect(stdout).toContain(`search index\t${stale}\n`)
    expect(code).toBe(1)
    expect(readFileSync(db).equals(before)).toBe(true)
  })

  it('of a view is checked when a migration changes a table that the view reads', async () => {
    const { run } = await indexed(
      "CREATE VIEW v AS SELECT id, a FROM c;\nCREATE VIRTUAL TABLE w USING fts5 (a, content='v', content_rowid='id');\nINSERT INTO c (a) VALUES ('elm');\nINSERT INTO s (s) VALUES ('rebuild');",
    )
    expect((await run('db upgrade')).stderr).toContain('the search index w does not match v')
  })
})

describe('a table schema_migrations with other columns', () => {
  it.each(['db upgrade', 'db check', 'db current', 'db stamp head'])('is refused by %s', async (line) => {
    const { run, db } = emptyWorld()
    const migrations = migrationFolder(smallMigrations('a'))
    await run('db upgrade', { migrations })
    execute(db, 'DROP TABLE schema_migrations; CREATE TABLE schema_migrations (version TEXT)')
    const { code, stderr } = await run(line, { migrations })
    expect(stderr).toContain("error: schema_migrations is not the migrator's table: it is a table with the columns version, not id, name,")
    expect(code).toBe(4)
  })
})
