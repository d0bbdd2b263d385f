import { describe, expect, it } from 'vitest'
import { execute, query } from '../../support/database.ts'
import { migration, migrationFolder } from '../../support/migrations.ts'
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
