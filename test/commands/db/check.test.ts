import { describe, expect, it } from 'vitest'
import { execute, query } from '../../support/database.ts'
import { migration, migrationFolder, smallMigrations } from '../../support/migrations.ts'
import { emptyWorld, world } from '../../support/run.ts'

const seeded = migration(
  'seeded',
  `CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE child (parent_id INTEGER REFERENCES parent (id)) STRICT;
INSERT INTO child VALUES (1);
INSERT INTO parent VALUES (1);`,
  'DROP TABLE child; DROP TABLE parent;',
)

it('db check accepts a migration that inserts a child row before its parent row, as db upgrade does', async () => {
  const { run } = emptyWorld()
  const migrations = migrationFolder({ '0001_seeded.sql': seeded })
  expect((await run('db upgrade', { migrations })).code).toBe(0)
  expect((await run('db check', { migrations })).stdout).not.toContain('foreign')
  expect((await run('db stamp head', { migrations })).code).toBe(0)
})

describe('a database restored from a dump, which keeps neither application_id nor journal mode', () => {
  async function restored() {
    const made = await world('alice')
    execute(made.db, 'PRAGMA journal_mode = DELETE; PRAGMA application_id = 0')
    return made
  }

  it('is refused with the command that marks it again', async () => {
    const { run, db } = await restored()
    expect(await run('users')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('\n  check its schema and mark it:  microblog db stamp head\n'),
    })
    expect((await run(['--db', db, 'users'])).stderr).toContain(`microblog --db ${db} db stamp head\n`)
    expect((await run('db stamp head')).code).toBe(0)
    expect((await run('users')).stdout).toBe('alice\n')
  })

  it('is reported by db check until the next change sets the journal mode again', async () => {
    const { run, db } = await restored()
    execute(db, 'PRAGMA application_id = 0x6d626c67')
    expect(await run('db check')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^setting\tthe journal mode is delete/m) })
    await run('user add bob')
    expect(query(db, 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }])
    expect((await run('db check')).code).toBe(0)
  })
})

describe('db check on migrations with rows', () => {
  const rebuilt = migration(
    'rebuilt',
    `CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT) STRICT;
INSERT INTO new_parent (id) SELECT id FROM parent;
DROP TABLE parent;
ALTER TABLE new_parent RENAME TO parent;`,
    'ALTER TABLE parent DROP COLUMN name;',
  )
  const cascading = seeded.replace('REFERENCES parent (id)', 'REFERENCES parent (id) ON DELETE CASCADE')

  it('accepts the rebuild of a seeded parent, and still finds drift', async () => {
    const { run, db } = emptyWorld()
    const migrations = migrationFolder({ '0001_seeded.sql': cascading, '0002_rebuilt.sql': rebuilt })
    expect((await run('db upgrade', { migrations })).code).toBe(0)
    expect(query(db, 'SELECT * FROM child')).toEqual([{ parent_id: 1 }])
    expect((await run('db check', { migrations })).stdout).not.toMatch(/^(files|foreign key|compile|drift)/m)
    execute(db, 'ALTER TABLE child ADD COLUMN extra TEXT')
    expect((await run('db check', { migrations })).stdout).toContain("drift\tDetected added column 'child.extra', not by a migration\n")
    expect(await run('db stamp head', { migrations })).toMatchObject({ code: 1, stderr: expect.stringContaining('child.extra') })
  })

  it('names the file after which parent rows are missing, as db upgrade does', async () => {
    const { run } = emptyWorld()
    const orphans = migration('orphans', 'DELETE FROM parent;')
    const files = { '0001_seeded.sql': seeded, '0002_orphans.sql': orphans, ...{ '0003_a.sql': migration('a', 'CREATE TABLE a (x);') } }
    const migrations = migrationFolder(files)
    const broken = 'a foreign key would be broken: child (row 1) refers to a row that is not in parent'
    expect((await run('db upgrade', { migrations })).stderr).toContain(`error: 0001_seeded.sql to 0003_a.sql: ${broken}\n`)
    await run('db upgrade 1', { migrations })
    expect((await run('db check', { migrations })).stdout).toContain(`files\t0002_orphans.sql: ${broken}\n`)
  })
})

describe('db check without a database', () => {
  it('exits 4, so that a job with a wrong path is noticed', async () => {
    const { db, run } = emptyWorld()
    expect(await run('db check')).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: no database at ${db}\n  create it:  microblog db upgrade\n`,
    })
  })

  it('looks at the files alone with --files', async () => {
    const { run } = emptyWorld()
    expect(await run('db check --files')).toEqual({ code: 0, stdout: '', stderr: 'the migrations are sound\n' })
  })
})

describe('db check on downgrade sections', () => {
  const checked = async (upgrade: string, downgrade: string) => {
    const { run } = emptyWorld()
    const migrations = migrationFolder({ ...smallMigrations('a'), '0002_b.sql': migration('b', upgrade, downgrade) })
    await run('db upgrade', { migrations })
    const { stdout } = await run('db check', { migrations })
    return stdout.split('\n').filter((line) => line.startsWith('files'))
  }

  it.each([
    [
      'that cannot run',
      'CREATE TABLE b (x);',
      'DROP TABLE b;\nDROP TABLE nowhere;',
      '0002_b.sql:6: no such table: nowhere, when it is undone',
    ],
    [
      'that forgets a table',
      'CREATE TABLE b (x);\nCREATE TABLE c (x);',
      'DROP TABLE b;',
      '0002_b.sql:4: table c already exists, when it is applied again after its downgrade',
    ],
    [
      'that leaves a dangling reference',
      'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE k (p REFERENCES p);',
      'DROP TABLE p;',
      '0002_b.sql: a foreign key would be broken: k refers to a missing table, p, when it is undone',
    ],
  ])('finds one %s', async (_what, upgrade, downgrade, says) => {
    expect(await checked(upgrade, downgrade)).toEqual([`files\t${says}`])
  })

  it.each([
    ['leads back', 'CREATE TABLE b (x);', 'DROP TABLE b;'],
    ['has no statement', 'CREATE TABLE b (x);', ''],
  ])('accepts one that %s', async (_what, upgrade, downgrade) => {
    expect(await checked(upgrade, downgrade)).toEqual([])
  })

  it('finds a file that does not run, and looks at the rest', async () => {
    const { run, db } = emptyWorld()
    const files = smallMigrations('a')
    await run('db upgrade', { migrations: migrationFolder(files) })
    execute(
      db,
      'PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE k (p REFERENCES p); INSERT INTO k VALUES (7)',
    )
    const migrations = migrationFolder({ ...files, '0002_b.sql': migration('b', 'DROP TABLE nowhere;') })
    expect((await run('db check', { migrations })).stdout.split('\n')).toEqual(
      expect.arrayContaining(['files\t0002_b.sql:3: no such table: nowhere', 'foreign key\tk (row 1) refers to a row that is not in p']),
    )
  })

  it('goes on after a downgrade section that ends the transaction', async () => {
    const { run } = emptyWorld()
    const migrations = migrationFolder({
      '0001_a.sql': migration('a', 'CREATE TABLE a (x UNIQUE);\nINSERT INTO a VALUES (1);', 'DROP TABLE a;'),
      '0002_b.sql': migration('b', 'CREATE TABLE b (x);', 'DROP TABLE b;\nINSERT OR ROLLBACK INTO a VALUES (1);'),
      '0003_c.sql': migration('c', 'CREATE TABLE c AS SELECT a.x FROM a, b;', 'DROP TABLE nowhere;'),
    })
    const { stdout } = await run('db check --files', { migrations })
    expect(stdout.split('\n').filter((line) => line.startsWith('files'))).toEqual([
      'files\t0002_b.sql:6: UNIQUE constraint failed: a.x, when it is undone',
      'files\t0003_c.sql:5: no such table: nowhere, when it is undone',
    ])
  })

  it('reports no fault of a downgrade if an earlier file causes it and a later one repairs it', async () => {
    const { run } = emptyWorld()
    const migrations = migrationFolder({
      '0001_a.sql': migration('a', 'CREATE TABLE a (x);\nCREATE VIEW v AS SELECT len(x) FROM a;', 'DROP VIEW v;\nDROP TABLE a;'),
      '0002_b.sql': migration('b', 'CREATE TABLE b (x);', 'DROP TABLE b;'),
      '0003_c.sql': migration('c', 'DROP VIEW v;'),
    })
    await run('db upgrade', { migrations })
    expect((await run('db check', { migrations })).stdout).not.toMatch(/^(files|compile)/m)
  })
})

describe('a temporary table that a migration leaves', () => {
  const leaving = migration('t', 'CREATE TABLE t (x);\nCREATE TEMP TABLE u (x);', 'DROP TABLE t;')

  it.each(['db upgrade', 'db upgrade 1'])('is gone for the next migration and for its own downgrade: %s', async (line) => {
    const { run, db } = emptyWorld()
    const again = migration('again', 'CREATE TEMP TABLE u (x);\nCREATE TEMP TABLE t (y);')
    const last = migration('last', 'ALTER TABLE t ADD COLUMN z;', 'ALTER TABLE t DROP COLUMN z;')
    const migrations = migrationFolder({ '0001_t.sql': leaving, '0002_again.sql': again, '0003_last.sql': last })
    for (const command of [line, 'db upgrade']) expect((await run(command, { migrations })).code).toBe(0)
    expect(query(db, "SELECT name FROM pragma_table_info('t')")).toEqual([{ name: 'x' }, { name: 'z' }])
    expect((await run('db check', { migrations })).stdout).not.toMatch(/^(files|drift)/m)
  })

  it('does not hide the table of its name from db check', async () => {
    const { run, db } = emptyWorld()
    const hiding = migration('hiding', 'CREATE TABLE t (x);\nCREATE TEMP TABLE t (y);', 'DROP TABLE t;')
    const migrations = migrationFolder({ '0001_hiding.sql': hiding })
    await run('db upgrade', { migrations })
    expect((await run('db check', { migrations })).stdout).not.toMatch(/^drift/m)
    execute(db, 'ALTER TABLE t ADD COLUMN extra')
    expect((await run('db check', { migrations })).stdout).toContain("drift\tDetected added column 't.extra', not by a migration\n")
  })
})
