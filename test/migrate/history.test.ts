import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { execute, query } from '../support/database.ts'
import { firstMigrations, migrationFolder } from '../support/migrations.ts'
import { emptyWorld } from '../support/run.ts'

/** A database upgraded from a folder of its own, which the test may then change. */
async function upgraded() {
  const { run, db } = emptyWorld()
  const migrations = migrationFolder(firstMigrations())
  await run('db upgrade', { migrations })
  return { db, migrations, run: (line: string) => run(line, { migrations }) }
}

describe('the history of a database', () => {
  it('records number, name, checksum, time and duration of each migration', async () => {
    const { db } = await upgraded()
    const rows = query(db, 'SELECT * FROM schema_migrations ORDER BY id')
    expect(rows).toHaveLength(3)
    expect(rows[0]).toEqual({
      id: '0001',
      name: 'users',
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      applied_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      duration_ms: expect.any(Number),
    })
  })

  it.each(['db upgrade', 'db current', 'db downgrade'])('is refused by %s when a file was changed after it ran', async (line) => {
    const { run, migrations } = await upgraded()
    appendFileSync(join(migrations, '0002_posts.sql'), '-- more\n')
    const { code, stderr } = await run(line)
    expect(code).toBe(4)
    expect(stderr).toMatch(/^error: 0002_posts.sql was changed after it was applied on \d{4}-\d\d-\d\d\n {2}restore the file/)
  })

  it('is accepted when the line ends of a file change', async () => {
    const { run, migrations } = await upgraded()
    const file = join(migrations, '0001_users.sql')
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'))
    expect((await run('db upgrade')).code).toBe(0)
  })

  it.each(['db upgrade', 'db current', 'db history', 'db downgrade', 'users', 'follow a b'])(
    'is refused by %s when the database is ahead of the program',
    async (line) => {
      const { run, db } = await upgraded()
      execute(db, "INSERT INTO schema_migrations VALUES ('0004', 'later', '', '2030-01-01T00:00:00.000Z', 1)")
      const { code, stdout, stderr } = await run(line)
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
      expect(stderr).toContain(
        'error: the database is newer than this program: it has migration 0004 later, the newest known here is 0003\n',
      )
      expect(stderr).toContain('\n  update microblog\n')
    },
  )

  it.each(['db upgrade', 'db current', 'db history', 'users'])('is refused by %s when a migration file was renamed', async (line) => {
    const { run, migrations } = await upgraded()
    renameSync(join(migrations, '0003_followers.sql'), join(migrations, '0003_friends.sql'))
    const { code, stderr } = await run(line)
    expect(code).toBe(4)
    expect(stderr).toContain('error: migration history conflict: the database has 0003 followers where the files have 0003 friends')
  })

  it.each(['users', 'followers alice', 'follow a b', 'user add x', 'is-following a b'])(
    'is refused by %s when the database is behind the program',
    async (line) => {
      const { run } = await upgraded()
      await run('db downgrade -q')
      const { code, stderr } = await run(line)
      expect(code).toBe(4)
      expect(stderr).toMatch(
        /^error: the database .* is behind: it is at 0002, this program needs 0003\n {2}bring it up to date: {2}microblog db upgrade\n$/,
      )
    },
  )

  it('is refused when a file in the middle is missing', async () => {
    const { run, migrations } = await upgraded()
    rmSync(join(migrations, '0002_posts.sql'))
    expect(await run('users')).toMatchObject({ code: 4, stderr: expect.stringContaining('migration 0002 is missing') })
  })
})
