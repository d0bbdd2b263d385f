/** What a failing migration prints: the rows, the file, and whether the backup was removed. */
import { existsSync, readdirSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { execute, query } from '../../support/database.ts'
import { migration, migrationFolder } from '../../support/migrations.ts'
import { emptyWorld } from '../../support/run.ts'

const boats = migration(
  'boats',
  `CREATE TABLE boats (id INTEGER PRIMARY KEY, sail TEXT, masts ANY, note TEXT) STRICT;
CREATE TABLE crews (boat INTEGER, name TEXT, PRIMARY KEY (boat, name)) WITHOUT ROWID;
INSERT INTO boats VALUES (1, 'a', 1, NULL), (2, 'A', 0, NULL), (3, 'a', -1, 'x'), (4, NULL, 2, NULL), (5, NULL, 3, 'y'), (6, 'b', 1, NULL);
INSERT INTO crews VALUES (1, 'ann'), (9, 'bob'), (9, 'cec');`,
)

/** A database with rows, to which `upgrade` is applied. */
async function upgraded(upgrade: string) {
  const { run, db, folder } = emptyWorld()
  const files = { '0001_boats.sql': boats }
  await run('db upgrade', { migrations: migrationFolder(files) })
  const result = await run('db upgrade', { migrations: migrationFolder({ ...files, '0002_change.sql': migration('change', upgrade) }) })
  return { ...result, db, folder }
}

/** A rebuild of boats with another definition of its columns. */
const rebuild = (columns: string): string =>
  `CREATE TABLE new_boats (${columns}) STRICT;
INSERT INTO new_boats (id, sail, masts, note) SELECT id, sail, masts, note FROM boats;
DROP TABLE boats;
ALTER TABLE new_boats RENAME TO boats;`

const duplicates = 'SELECT sail, count(*) FROM boats GROUP BY sail HAVING count(*) > 1 AND sail IS NOT NULL'

describe('a violated constraint', () => {
  it.each([
    [
      'a unique index',
      'CREATE UNIQUE INDEX i ON boats (sail);',
      '3: UNIQUE constraint failed: boats.sail',
      `found 1: sail 'a', count(*) 2\n  find them:  ${duplicates}`,
    ],
    [
      'a unique index of an expression',
      'CREATE UNIQUE INDEX i ON boats (lower(sail) DESC) WHERE id > 0;',
      "3: UNIQUE constraint failed: index 'i'",
      "found 1: lower ( sail ) 'a', count(*) 3\n  find them:  SELECT lower ( sail ), count(*) FROM boats where id > 0 GROUP BY lower ( sail ) HAVING count(*) > 1",
    ],
    [
      'UNIQUE in a rebuild',
      rebuild('id INTEGER PRIMARY KEY, sail TEXT UNIQUE, masts ANY, note TEXT'),
      '4: UNIQUE constraint failed: boats.sail',
      `found 1: sail 'a', count(*) 2\n  find them:  ${duplicates}`,
    ],
    [
      'NOT NULL in a rebuild',
      rebuild('id INTEGER PRIMARY KEY, sail TEXT, masts ANY, note TEXT NOT NULL'),
      '4: NOT NULL constraint failed: boats.note',
      'found 4: id 1; id 2; id 4; …\n  find them:  SELECT rowid FROM boats WHERE note IS NULL',
    ],
    [
      'CHECK in a rebuild',
      rebuild('id INTEGER PRIMARY KEY, sail TEXT, masts ANY CHECK (masts > 0), note TEXT'),
      '4: CHECK constraint failed: masts > 0',
      'found 2: id 2; id 3\n  find them:  SELECT rowid FROM boats WHERE NOT (masts > 0)',
    ],
    [
      'a CHECK with a name in a rebuild',
      rebuild('id INTEGER PRIMARY KEY, sail TEXT, masts ANY, note TEXT, CONSTRAINT "has masts" CHECK (masts > 0 AND (id > 0))'),
      '4: CHECK constraint failed: has masts',
      'found 2: id 2; id 3\n  find them:  SELECT rowid FROM boats WHERE NOT (masts > 0 and ( id > 0 ))',
    ],
    [
      'a type in a rebuild',
      rebuild('id INTEGER PRIMARY KEY, sail INTEGER, masts ANY, note TEXT'),
      '4: cannot store TEXT value in INTEGER column boats.sail',
      'found 4: id 1; id 2; id 3; …\n  find them:  SELECT rowid FROM boats WHERE sail <> CAST(CAST(sail AS NUMERIC) AS INTEGER)',
    ],
    [
      'a key that becomes the rowid',
      'CREATE TABLE new_crews (name INTEGER PRIMARY KEY, boat INTEGER);\nINSERT INTO new_crews (name, boat) SELECT name, boat FROM crews;',
      '4: datatype mismatch',
      "found 3: boat 1, name 'ann'; boat 9, name 'bob'; boat 9, name 'cec'\n  find them:  SELECT * FROM crews WHERE name <> CAST(",
    ],
    [
      'an UPDATE',
      'CREATE UNIQUE INDEX i ON boats (id, sail);\nUPDATE boats SET id = NULL WHERE id = 1;',
      '4: datatype mismatch',
      'rolled back',
    ],
    [
      'a table without rowids',
      'CREATE TABLE new_crews (boat INTEGER CHECK (boat < 9), name TEXT);\nINSERT INTO new_crews SELECT boat, name FROM crews;',
      '4: CHECK constraint failed: boat < 9',
      "found 2: boat 9, name 'bob'; boat 9, name 'cec'\n  find them:  SELECT * FROM crews WHERE NOT (boat < 9)",
    ],
  ])('of %s is reported with the rows and the query that finds them', async (_what, upgrade, message, hint) => {
    const { code, stderr } = await upgraded(upgrade)
    expect(stderr).toContain(`error: 0002_change.sql:${message}\n`)
    expect(stderr).toContain(hint)
    expect(stderr).not.toContain('new_boats')
    expect(code).toBe(1)
  })

  it('is reported without a query if no existing row violates it', async () => {
    const { stderr } = await upgraded('CREATE UNIQUE INDEX i ON boats (note);\nINSERT INTO boats (note) VALUES (upper(1)), (upper(1));')
    expect(stderr).toContain('0002_change.sql:4: UNIQUE constraint failed: boats.note\n  an existing row violates this constraint')
  })
})

it.each([
  ['INTEGER', ['7', '007', '1e3', '12.0', 7, 5.0, null], ['x', '1.5', 1.5, '9223372036854775808', Buffer.from('7')]],
  ['REAL', ['7', '1e3', 7, 1.5, null], ['x', Buffer.from('7')]],
  ['TEXT', ['x', 7, 1.5, null], [Buffer.from('7')]],
  ['BLOB', [Buffer.from('7'), null], ['x', 7, 1.5]],
] as const)('exactly the rows that a column of type %s cannot store are found', async (type, fitting, others) => {
  const { run, db } = emptyWorld()
  const files = { '0001_t.sql': migration('t', 'CREATE TABLE t (id INTEGER PRIMARY KEY, v);') }
  const change = `CREATE TABLE new_t (id INTEGER PRIMARY KEY, v ${type}) STRICT;\nINSERT INTO new_t (id, v) SELECT id, v FROM t;`
  await run('db upgrade', { migrations: migrationFolder(files) })
  const handle = new SQLite(db)
  for (const value of [...fitting, ...others]) handle.prepare('INSERT INTO t (v) VALUES (?)').run(value)
  handle.close()
  const upgrade = () => run('db upgrade', { migrations: migrationFolder({ ...files, '0002_change.sql': migration('change', change) }) })
  expect((await upgrade()).stderr).toContain(`${type} column t.v\n  found ${others.length}: id ${fitting.length + 1}`)
  execute(db, `DELETE FROM t WHERE id > ${fitting.length}`)
  expect((await upgrade()).code).toBe(0)
})

describe('dangling references', () => {
  const rebuiltCrews = `CREATE TABLE new_crews (boat INTEGER REFERENCES boats (id), name TEXT);
INSERT INTO new_crews WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 141) SELECT i, 'x' FROM n;
DROP TABLE crews;
ALTER TABLE new_crews RENAME TO crews;`

  const orphans = 'SELECT * FROM crews c WHERE c.boat IS NOT NULL AND NOT EXISTS (SELECT 1 FROM boats p WHERE p.id = c.boat)'

  it('are counted, and three of them are shown, with the query that finds them', async () => {
    const { code, stderr, db } = await upgraded(rebuiltCrews)
    const row = (id: number) => `crews (row ${id}) refers to a row that is not in boats`
    expect(stderr).toContain(
      `error: 0002_change.sql: a foreign key would be broken: ${row(1)}, and 41 more like it\n  ${row(2)}\n  ${row(3)}\n  find them:  ${orphans}\n  the upgrade was rolled back`,
    )
    expect(code).toBe(1)
    expect(query(db, orphans)).toEqual([
      { boat: 9, name: 'bob' },
      { boat: 9, name: 'cec' },
    ])
  })

  it('of a key of several columns, and of one that names none of its parent, are found by a query', async () => {
    const columns = 'boat INTEGER, name TEXT, above INTEGER REFERENCES log, id INTEGER PRIMARY KEY'
    const rows = "INSERT INTO log VALUES (1, 'ann', 2, 1), (9, 'zed', NULL, 2), (9, NULL, 7, 3);"
    const { stderr, db } = await upgraded(`CREATE TABLE log (${columns}, FOREIGN KEY (boat, name) REFERENCES crews);\n${rows}`)
    execute(db, `PRAGMA foreign_keys = OFF; CREATE TABLE log (${columns}); ${rows}`)
    const queries = [...stderr.matchAll(/find them: {2}(.*)/g)].map(([, found = '']) => found)
    expect(queries.map((orphans) => query<{ id: number }>(db, orphans).map(({ id }) => id)).sort()).toEqual([[2], [3]])
  })

  it('make the step fail, and a message says that its backup was removed', async () => {
    const { stderr, folder, db } = await upgraded(rebuiltCrews)
    const [, backup = ''] = /^Backed up to (.*), because/m.exec(stderr) ?? []
    expect(stderr).toContain(`Running upgrade 0001 -> 0002, change ... failed\nRemoved the backup ${backup}: nothing was changed\nerror: `)
    expect(stderr).not.toContain('done')
    expect(existsSync(backup)).toBe(false)
    expect(readdirSync(folder)).toEqual(['microblog.db'])
    expect(query(db, 'SELECT count(*) AS n FROM crews')).toEqual([{ n: 3 }])
  })
})

it('the last step is not reported as done if the checks of the run fail', async () => {
  const { run } = emptyWorld()
  const migrations = migrationFolder({
    '0001_a.sql': migration('a', 'CREATE TABLE a (x);'),
    '0002_b.sql': migration('b', 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE k (p REFERENCES p); INSERT INTO k VALUES (1);'),
  })
  const { stderr } = await run('db upgrade', { migrations })
  expect(stderr).toMatch(
    /-> 0001, a \.\.\. done \(\d+ ms\)\nRunning upgrade 0001 -> 0002, b \.\.\. failed\nerror: 0001_a.sql to 0002_b.sql: /,
  )
})

it.each(['db check', 'db downgrade base --yes', 'db upgrade', 'db stamp head'])(
  '%s reports no unexpected error when the schema calls a function that SQLite does not have',
  async (line) => {
    const { run, db } = emptyWorld()
    const files = { '0001_boats.sql': boats }
    await run('db upgrade', { migrations: migrationFolder(files) })
    const other = new SQLite(db)
    other.function('len', { deterministic: true, varargs: true }, () => 1)
    other.exec('CREATE TABLE t (a, b AS (len(a)), CHECK (len(a) > 0)); CREATE INDEX i ON t (len(a)); INSERT INTO t VALUES (1)')
    other.close()
    const migrations = migrationFolder({ ...files, '0002_change.sql': migration('change', 'CREATE TABLE u (x);', 'DROP TABLE u;') })
    const { code, stdout, stderr } = await run(line, { migrations })
    expect(stderr).not.toContain('unexpected')
    expect([0, 1, 4]).toContain(code)
    if (line === 'db check') expect(stdout).toMatch(/^integrity\tthe integrity check does not run: .*len\(\)$/m)
  },
)
