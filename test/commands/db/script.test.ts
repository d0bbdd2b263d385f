/** The scripts that db upgrade, db downgrade and db schema print. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { splitStatements } from '../../../src/db/sqlite/tokens.ts'
import { execute, query } from '../../support/database.ts'
import { migration, migrationFolder, smallMigrations } from '../../support/migrations.ts'
import { emptyWorld, world } from '../../support/run.ts'

/** The names of all tables except the migrator's. */
const tables = (db: string) =>
  query<{ name: string }>(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations' ORDER BY name").map(
    ({ name }) => name,
  )

describe('db upgrade --sql', () => {
  const place = (files: Readonly<Record<string, string>>) => {
    const { db, run } = emptyWorld()
    const migrations = migrationFolder(files)
    /** Runs the script as SQLite's shell does, with or without -bail. Returns the first error. */
    const pipe = async (line: string, hasBail = true) => {
      const statements = splitStatements((await run(line, { migrations })).stdout)
      const handle = new SQLite(db)
      const errors = []
      for (const { sql } of statements) {
        try {
          handle.exec(`${sql};`)
        } catch (error) {
          errors.push(String(error))
          if (hasBail) break
        }
      }
      handle.close()
      return errors[0]
    }
    return { db, migrations, run: (line: string) => run(line, { migrations }), pipe }
  }

  it('prints valid SQL if a statement ends in a comment, in both directions', async () => {
    const view = 'CREATE VIEW v AS SELECT x FROM a -- third\n;'
    const up = `CREATE TABLE a (x) -- first\n;\nCREATE TABLE b (x) /* second */ -- ;\n;\n${view}`
    const { db, run } = place({ '0001_a.sql': migration('a', up, 'DROP VIEW v -- v\n;\nDROP TABLE b -- b\n;\nDROP TABLE a') })
    execute(db, (await run('db upgrade --sql')).stdout)
    expect(tables(db)).toEqual(['a', 'b'])
    expect((await run('db current')).stdout).toBe('0001 a (head)\n')
    execute(db, (await run('db downgrade base --sql')).stdout)
    expect(tables(db)).toEqual([])
  })

  it.each(['db upgrade --sql', 'db downgrade 1 --sql'])('gives applied migrations the numbers of their files first: %s', async (line) => {
    const { db, run } = emptyWorld()
    const before = smallMigrations('a', 'b', 'c')
    await run('db upgrade', { migrations: migrationFolder(before) })
    const after = { '0001_a.sql': '0001_a.sql', '0002_c.sql': '0003_c.sql', '0004_b.sql': '0002_b.sql' }
    const renamed = Object.entries(after).map(([file, old]) => [file, before[old] ?? ''])
    const late = migration('z', 'CREATE TABLE z (x INTEGER);', 'DROP TABLE z;')
    const migrations = migrationFolder({ ...Object.fromEntries(renamed), '0003_z.sql': late })
    const { stdout, stderr } = await run(line, { migrations })
    execute(db, stdout)
    const applied = query(db, "SELECT id || ' ' || name AS row FROM schema_migrations ORDER BY id").map(({ row }) => row)
    const isUpgrade = line.includes('upgrade')
    expect(tables(db)).toEqual(isUpgrade ? ['a', 'b', 'c', 'z'] : ['a'])
    expect(applied).toEqual(isUpgrade ? ['0001 a', '0002 c', '0003 z', '0004 b'] : ['0001 a'])
    expect(stderr.includes('0003_z.sql runs after 0004_b.sql, which is applied: both orders make the same schema\n')).toBe(isUpgrade)
    expect((await run('db upgrade', { migrations })).code).toBe(0)
  })

  it('says in the first line and on stderr that it needs -bail', async () => {
    const { run } = place(smallMigrations('a'))
    const { stdout, stderr } = await run('db upgrade --sql')
    expect(stdout).toMatch(/^-- .*sqlite3 -bail.*\n/)
    expect(stderr).toMatch(/^note: .*sqlite3 -bail.*\n$/)
    expect((await run('db upgrade --sql -q')).stderr).toBe('')
  })

  it.each([true, false])('changes nothing if a foreign key would be broken (with -bail: %s)', async (hasBail) => {
    const tables = 'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (p REFERENCES p);'
    const { db, run, pipe } = place({
      '0001_a.sql': migration('a', `${tables}\nINSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1);`),
      '0002_b.sql': migration('b', 'DELETE FROM p;'),
    })
    await run('db upgrade 1')
    expect(await pipe('db upgrade --sql', hasBail)).toContain('no foreign key may be broken')
    expect((await run('db current')).stdout).toBe('0001 a\n')
    expect(query(db, 'SELECT count(*) AS n FROM p')).toEqual([{ n: 1 }])
  })

  it('accepts foreign keys that were broken before', async () => {
    const { db, run, pipe } = place({
      '0001_a.sql': migration('a', 'CREATE TABLE p (id INTEGER PRIMARY KEY);\nCREATE TABLE c (p REFERENCES p);'),
      '0002_b.sql': migration('b', 'CREATE TABLE b (x);'),
    })
    await run('db upgrade 1')
    execute(db, 'PRAGMA foreign_keys = OFF; INSERT INTO c VALUES (7), (7)')
    expect(await pipe('db upgrade --sql')).toBeUndefined()
    expect((await run('db current')).stdout).toBe('0002 b (head)\n')
  })

  it('warns of what db upgrade and db downgrade would refuse, which the script cannot', async () => {
    const { run } = place({
      '0001_a.sql': migration('a', 'CREATE TABLE a (x);\nCREATE TABLE b (y);\nCREATE VIEW w AS SELECT y FROM b;', 'DROP TABLE b;'),
      '0002_v.sql': migration('v', 'CREATE VIEW v AS SELECT y FROM a;'),
    })
    const warning = (line: string) => run(line).then(({ stderr }) => /^warning: .*/m.exec(stderr)?.[0])
    expect(await warning('db upgrade --sql')).toBe(
      'warning: on an empty database this fails: 0001_a.sql to 0002_v.sql: SELECT * FROM v fails: no such column: y',
    )
    expect(await warning('db upgrade 1 --sql')).toBeUndefined()
    await run('db upgrade 1')
    expect(await warning('db downgrade --sql')).toContain('on an empty database this fails: 0001_a.sql: ')
  })

  it('gives applied migrations the numbers that their files have now', async () => {
    const { db, run, pipe, migrations } = place(smallMigrations('a', 'ours', 'more'))
    await run('db upgrade')
    const history = () => query(db, "SELECT id || ' ' || name || ' ' || duration_ms AS row FROM schema_migrations ORDER BY id")
    const [a, ours, more] = history().map(({ row }) => `${row}`)
    renameSync(join(migrations, '0003_more.sql'), join(migrations, '0004_more.sql'))
    renameSync(join(migrations, '0002_ours.sql'), join(migrations, '0003_ours.sql'))
    writeFileSync(join(migrations, '0002_theirs.sql'), migration('theirs', 'CREATE TABLE theirs (x);', 'DROP TABLE theirs;'))
    expect((await run('db upgrade 1 --sql')).stdout).toContain('-- 0003_ours.sql was applied as 0002\n')
    expect(await pipe('db upgrade --sql')).toBeUndefined()
    const renumbered = [ours?.replace('0002', '0003'), more?.replace('0003', '0004')]
    expect(history().map(({ row }) => row)).toEqual([a, '0002 theirs 0.0', ...renumbered])
    expect((await run('db upgrade --sql')).stderr).toMatch(/nothing to do\n$/)
  })

  it('undoes a renumbered migration and its record', async () => {
    const { db, run, pipe, migrations } = place(smallMigrations('a', 'ours'))
    await run('db upgrade')
    renameSync(join(migrations, '0002_ours.sql'), join(migrations, '0003_ours.sql'))
    writeFileSync(join(migrations, '0002_theirs.sql'), migration('theirs', 'CREATE TABLE theirs (x);', 'DROP TABLE theirs;'))
    expect(await pipe('db downgrade --sql')).toBeUndefined()
    expect(tables(db)).toEqual(['a'])
    expect((await run('db current')).stdout).toBe('0001 a\n')
  })

  it.each(['db upgrade --sql', 'db upgrade 1 --sql', 'db downgrade 2 --sql'])('%s says so if there is nothing to do', async (line) => {
    const { run } = place(smallMigrations('a', 'b'))
    await run('db upgrade')
    expect(await run(line)).toEqual({ code: 0, stdout: '', stderr: expect.stringMatching(/nothing to do\n$/) })
    expect((await run(`${line} -q`)).stderr).toBe('')
  })
})

describe('db schema', () => {
  it('prints valid SQL if a statement ends in a comment', async () => {
    const { db, run } = await world()
    execute(db, 'CREATE VIEW v AS SELECT 1 AS x -- one\n; CREATE VIEW w AS SELECT x FROM v')
    const copy = new SQLite(':memory:')
    copy.exec((await run('db schema')).stdout)
    expect(copy.prepare('SELECT x FROM w').pluck().get()).toBe(1)
  })
})
