import { expect, it } from 'vitest'
import { migration, migrationFolder } from '../../support/migrations.ts'
import { emptyWorld } from '../../support/run.ts'

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
