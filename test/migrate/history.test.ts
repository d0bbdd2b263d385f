import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { execute, query } from '../support/database.ts'
import { firstMigrations, migration, migrationFolder } from '../support/migrations.ts'
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

  it.each(['db upgrade', 'db downgrade', 'users', 'follow a b'])(
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
    const closing = `close the gap:  mv ${migrations}/0003_followers.sql ${migrations}/0002_followers.sql\n`
    expect(await run('db upgrade')).toMatchObject({ code: 4, stderr: expect.stringContaining(closing) })
  })

  it('is printed by db history and db current when the database is ahead of the program, and the conflict is an error', async () => {
    const { run, db } = await upgraded()
    execute(db, "INSERT INTO schema_migrations VALUES ('0004', 'later', '', '2030-01-01T00:00:00.000Z', 1)")
    expect(await run('db current')).toMatchObject({ code: 4, stdout: '0004 later\n' })
    const { code, stdout } = await run('db history')
    expect(code).toBe(4)
    expect(stdout.split('\n')[0]).toBe('0004\tlater\t2030-01-01T00:00:00.000Z\tno such file')
    expect(JSON.parse((await run('db history --json')).stdout)).toMatchObject([{ id: '0004', conflict: 'no such file' }, {}, {}, {}])
  })

  it('is printed by db history and db current when a file was changed after it was applied', async () => {
    const { run, migrations } = await upgraded()
    appendFileSync(join(migrations, '0003_followers.sql'), '-- more\n')
    expect(await run('db current')).toMatchObject({ code: 4, stdout: '0003 followers (head)\n' })
    const { code, stdout } = await run('db history')
    expect(code).toBe(4)
    expect(stdout).toMatch(/^0003\tfollowers\t[^\t]+\tchanged after it was applied\n/)
  })

  it.each([
    ['two files have one number', '0003_admirers.sql', '-- admirers\n-- upgrade\n-- downgrade\n', '0003_admirers.sql'],
    ['a file cannot be read', '0004_broken.sql', 'CREATE TABLE x (y);\n', '0004_broken.sql:1'],
    ['something else is in the folder', 'notes.sql', '', 'notes.sql'],
  ])('is printed by db history and db current when %s, which is an error', async (_what, file, text, says) => {
    const { run, migrations } = await upgraded()
    const before = (await run('db history')).stdout
    writeFileSync(join(migrations, file), text)
    for (const [line, stdout] of [
      ['db history', before],
      ['db current', '0003 followers\n'],
    ] as const)
      expect(await run(line)).toMatchObject({ code: 4, stdout, stderr: expect.stringContaining(says) })
  })

  it('is refused when a file is missing, and the hint names the command to run on the branch that has it', async () => {
    const { run, migrations } = await upgraded()
    rmSync(join(migrations, '0003_followers.sql'))
    for (const line of ['users', 'db upgrade'])
      expect((await run(line)).stderr).toContain(
        'go back to the branch that has 0003_followers.sql and run there:  microblog db downgrade 0002\n',
      )
  })

  it('is refused when a file was only renamed, and the hint is the mv command', async () => {
    const { run, migrations } = await upgraded()
    renameSync(join(migrations, '0003_followers.sql'), join(migrations, '0003_friends.sql'))
    expect((await run('db upgrade')).stderr).toContain('mv migrations/0003_friends.sql migrations/0003_followers.sql\n')
  })
})

describe('migrations of two branches', () => {
  /** Applies migration 0004 of one branch, then merges another branch: its migration becomes 0004, the applied one 0005. */
  async function merged(ours: string, theirs: string) {
    const { run, db, migrations } = await upgraded()
    const ourFile = migration('ours', ours, 'DROP TABLE IF EXISTS ours;')
    writeFileSync(join(migrations, '0004_ours.sql'), ourFile)
    await run('db upgrade')
    rmSync(join(migrations, '0004_ours.sql'))
    writeFileSync(join(migrations, '0004_theirs.sql'), migration('theirs', theirs, 'DROP TABLE IF EXISTS theirs;'))
    writeFileSync(join(migrations, '0005_ours.sql'), ourFile)
    return { run, db }
  }
  const history = (db: string) =>
    query(db, "SELECT id || ' ' || name AS row FROM schema_migrations WHERE id > '0003' ORDER BY id").map(({ row }) => row)

  it('are both applied when either order makes the same schema, and the applied one is renumbered', async () => {
    const { run, db } = await merged('CREATE TABLE ours (x);', 'CREATE TABLE theirs (x);')
    const { code, stderr } = await run('db upgrade')
    expect({ code, history: history(db) }).toEqual({ code: 0, history: ['0004 theirs', '0005 ours'] })
    expect(stderr).toContain('0004_theirs.sql runs after 0005_ours.sql, which is applied: both orders make the same schema\n')
    expect(stderr).toContain('0005_ours.sql was applied as 0004: recorded as 0005\n')
    expect((await run('db check')).stdout).not.toMatch(/^(history|checksum|drift|pending)/m)
    expect((await run('db downgrade 0003 --yes')).code).toBe(0)
    expect(history(db)).toEqual([])
  })

  it('are refused when the order matters, and the hint names the commands', async () => {
    const { run, db } = await merged('ALTER TABLE users ADD COLUMN ours TEXT;', 'ALTER TABLE users ADD COLUMN theirs TEXT;')
    const { code, stderr } = await run('db upgrade')
    expect({ code, history: history(db) }).toEqual({ code: 4, history: ['0004 ours'] })
    expect(stderr).toContain('error: 0004_theirs.sql comes before 0005_ours.sql, which is applied, and the order matters: ')
    expect(stderr).toContain('microblog db downgrade 0003 && microblog db upgrade\n')
  })

  it.each([
    ['are refused when their numbers are swapped and the order matters', 'ALTER TABLE one ADD COLUMN x;', 4],
    ['can swap their numbers when either order makes the same schema', 'CREATE TABLE two (x);', 0],
  ])('%s', async (_what, second, expected) => {
    const { run, db, migrations } = await upgraded()
    writeFileSync(join(migrations, '0004_one.sql'), migration('one', 'CREATE TABLE one (y);', 'DROP TABLE one;'))
    writeFileSync(join(migrations, '0005_two.sql'), migration('two', second))
    await run('db upgrade')
    renameSync(join(migrations, '0004_one.sql'), join(migrations, '0006_one.sql'))
    renameSync(join(migrations, '0005_two.sql'), join(migrations, '0004_two.sql'))
    renameSync(join(migrations, '0006_one.sql'), join(migrations, '0005_one.sql'))
    const { code, stderr } = await run('db upgrade')
    expect({ code, history: history(db) }).toEqual({ code: expected, history: code ? ['0004 one', '0005 two'] : ['0004 two', '0005 one'] })
    if (code === 0) return
    expect(stderr).toMatch(/^error: 0004_two\.sql was not applied in the order of the files, and the order matters: .*no such table: one/)
    expect(stderr).toContain('\n  name the files as they were applied:  0004_one.sql, 0005_two.sql\n')
    expect((await run('db downgrade 0003')).code).toBe(4)
    expect((await run('db upgrade --sql')).code).toBe(4)
  })

  it('are counted by +1 and -2, though a pending one stands before an applied one', async () => {
    const { run, db } = await merged('CREATE TABLE ours (x);', 'CREATE TABLE theirs (x);')
    expect(await run('db upgrade +2')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("'+2' goes past head: 1 migration is pending"),
    })
    expect((await run('db downgrade -2 --sql')).stdout.match(/^-- Running downgrade .*/gm)).toEqual([
      '-- Running downgrade 0005 -> 0004, ours',
      '-- Running downgrade 0003 -> 0002, followers',
    ])
    expect(await run('db upgrade +1')).toMatchObject({ code: 0 })
    expect(history(db)).toEqual(['0004 theirs', '0005 ours'])
    expect((await run('db upgrade +1')).stderr).toContain('nothing to apply: the database is at head')
  })

  it('may renumber an applied one: commands still work, and the next upgrade records its new number', async () => {
    const { run, db, migrations } = await upgraded()
    renameSync(join(migrations, '0003_followers.sql'), join(migrations, '0004_followers.sql'))
    writeFileSync(join(migrations, '0003_between.sql'), migration('between', 'CREATE TABLE between_two (x);', 'DROP TABLE between_two;'))
    expect((await run('users')).stderr).toContain('is behind: it lacks 0003 between')
    await run('db upgrade')
    expect(history(db)).toEqual(['0004 followers'])
    expect((await run('users')).code).toBe(0)
  })

  it('are refused if both have one number, and the hint is the mv command for the one that is not applied', async () => {
    const { run, migrations } = await upgraded()
    writeFileSync(join(migrations, '0003_admirers.sql'), migration('admirers', 'CREATE TABLE admirers (x);', 'DROP TABLE admirers;'))
    for (const line of ['users', 'db upgrade', 'db history'])
      expect(await run(line)).toMatchObject({
        code: 4,
        stderr: expect.stringContaining(
          `0003_followers.sql is applied here; give the other one the next number:  mv ${migrations}/0003_admirers.sql ${migrations}/0004_admirers.sql\n`,
        ),
      })
  })

  it('fill a gap with the file that has a number too many', async () => {
    const { run, migrations } = await upgraded()
    renameSync(join(migrations, '0003_followers.sql'), join(migrations, '0004_followers.sql'))
    writeFileSync(join(migrations, '0002_between.sql'), migration('between', 'CREATE TABLE between_two (x);', 'DROP TABLE between_two;'))
    expect((await run('db upgrade')).stderr).toContain(`mv ${migrations}/0002_between.sql ${migrations}/0003_between.sql\n`)
    renameSync(join(migrations, '0002_between.sql'), join(migrations, '0003_between.sql'))
    expect((await run('db upgrade')).code).toBe(0)
  })
})
