import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { execute } from '../../support/database.ts'
import { migration, migrationFiles, newestId, nextId } from '../../support/migrations.ts'
import { root } from '../../support/process.ts'
import { emptyWorld } from '../../support/run.ts'

/** A folder with copies of the shipped migrations numbered below `before`, and no database. */
function withMigrationFiles(before = '9999') {
  const { folder, db, run } = emptyWorld()
  const migrations = join(folder, 'migrations')
  cpSync(`${root}migrations`, migrations, { recursive: true })
  for (const file of migrationFiles(migrations)) if (file >= before) rmSync(join(migrations, file))
  return { db, migrations, run: (line: string | readonly string[]) => run(line, { migrations }) }
}

describe('db migrate', () => {
  it('writes the missing migration, and prints only its path on stdout', async () => {
    const { migrations, run } = withMigrationFiles('0003')
    const { code, stdout, stderr } = await run('db migrate -m followers')
    expect(code).toBe(0)
    expect(stdout.trim().endsWith('migrations/0003_followers.sql')).toBe(true)
    expect(stdout.split('\n')).toHaveLength(2)
    expect(stderr).toContain("Detected added table 'followers'\nDetected added index 'followers_followed_id' on 'followers'\n")
    expect(migrationFiles(migrations)).toEqual(['0001_users.sql', '0002_posts.sql', '0003_followers.sql'])
  })

  it('writes a migration after which no change is detected', async () => {
    const { run } = withMigrationFiles('0003')
    await run('db migrate -m followers')
    expect((await run('db upgrade')).code).toBe(0)
    expect(await run('db check')).toMatchObject({ code: 0, stdout: '' })
    expect(await run('db migrate -m again')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No changes detected: the migrations make the declared schema\n',
    })
  })

  it('writes the message and the tables of the shipped files', async () => {
    const { migrations, run } = withMigrationFiles('0001')
    await run(['db', 'migrate', '-m', 'Everything, at once!'])
    const text = readFileSync(join(migrations, '0001_everything_at_once.sql'), 'utf8')
    expect(text).toMatch(/^-- Everything, at once!\n-- upgrade\nCREATE TABLE users \(/)
    expect(text).toContain('CREATE TABLE users (\n  id INTEGER PRIMARY KEY AUTOINCREMENT,\n')
    for (const file of ['0002_posts.sql', '0003_followers.sql']) {
      const shipped = readFileSync(`${root}migrations/${file}`, 'utf8')
      const [create = ''] = /CREATE TABLE[\s\S]*?;/.exec(shipped) ?? []
      expect(text).toContain(create)
    }
  })

  it('prints the file with --dry-run and does not write it', async () => {
    const { migrations, run } = withMigrationFiles('0003')
    expect((await run('db migrate -m followers --dry-run')).stdout).toMatch(/^-- followers\n-- upgrade\n/)
    expect(migrationFiles(migrations)).toHaveLength(2)
  })

  it('warns about the rows that the upgrade destroys', async () => {
    const { migrations, run } = withMigrationFiles()
    const next = String(migrationFiles(migrations).length + 1).padStart(4, '0')
    writeFileSync(join(migrations, `${next}_old.sql`), '-- old\n-- upgrade\nCREATE TABLE old (a);\n-- downgrade\nDROP TABLE old;\n')
    expect((await run('db migrate -m drop_old')).stderr).toContain("warning: the upgrade destroys every row of 'old'")
  })

  it('warns about values that the upgrade changes, and marks them in the file', async () => {
    const { migrations, run } = withMigrationFiles('0001')
    const users = 'CREATE TABLE users (id INTEGER UNIQUE, username TEXT NOT NULL, email BLOB, password_hash TEXT);'
    writeFileSync(join(migrations, '0001_users.sql'), migration('users', users, 'DROP TABLE users;'))
    const { stdout, stderr } = await run('db migrate -m strict --dry-run')
    for (const remark of ["changes values: 'users.email' BLOB becomes TEXT", "'users.id': NULL is refused"]) {
      expect(stderr).toContain(`warning: ${remark}\n`)
      expect(stdout).toContain(`-- ${remark}\n`)
    }
  })

  it('stops the upgrade on a NULL in a column that becomes the key, and changes nothing', async () => {
    const { db, migrations, run } = withMigrationFiles('0001')
    const users = 'CREATE TABLE users (id INTEGER UNIQUE, username TEXT NOT NULL, email TEXT, password_hash TEXT);'
    writeFileSync(join(migrations, '0001_users.sql'), migration('users', users, 'DROP TABLE users;'))
    await run('db upgrade')
    execute(db, "INSERT INTO users (id, username) VALUES (NULL, 'alice')")
    expect((await run('db migrate -m key')).code).toBe(0)
    const { code, stderr } = await run('db upgrade')
    expect(code).toBe(1)
    expect(stderr).toContain('NOT NULL constraint failed: users.id\n  found 1: rowid 1\n')
    expect((await run('db current')).stdout).toContain('0001')
  })

  it.each([
    ['needs a message', ['db', 'migrate'], /required option '-m, --message <message>'/],
    ['refuses an empty message', ['db', 'migrate', '-m', ' '], /the message is empty/],
    ['refuses a malformed --rename', ['db', 'migrate', '-m', 'x', '--rename', 'users'], /'users' is not a rename/],
    [
      'refuses a --rename of columns that do not match',
      ['db', 'migrate', '-m', 'x', '--rename', 'users.a:b'],
      /cannot rename 'users.a' to 'b'/,
    ],
  ])('%s', async (_what, argv, says) => {
    const { run } = withMigrationFiles('0003')
    const { code, stderr } = await run(argv)
    expect(code).toBe(2)
    expect(stderr).toMatch(says)
  })
})

describe('a message of several words without quotes', () => {
  it.each(['migrate', 'revision'])('db %s says that it must be quoted', async (command) => {
    const { code, stderr } = await emptyWorld().run(`db ${command} -m add language`)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: the message must be quoted: .*\n {2}-m "add language"\n$/)
  })
})

describe('db revision', () => {
  it('writes an empty migration that db upgrade accepts', async () => {
    const { migrations, run } = withMigrationFiles()
    const { code, stdout } = await run(['db', 'revision', '-m', 'fill in languages'])
    expect(code).toBe(0)
    const [file = ''] = migrationFiles(migrations).slice(-1)
    expect(stdout.trim().endsWith(file)).toBe(true)
    expect(readFileSync(join(migrations, file), 'utf8')).toBe('-- fill in languages\n-- upgrade\n\n-- downgrade\n')
    expect((await run('db upgrade')).code).toBe(0)
  })

  it.each([
    ['añadir idioma', 'anadir_idioma'],
    ['A Sørensen in Łódź', 'a_srensen_in_odz'],
    ['добавить язык', 'migration'],
    ['добавить users', 'users'],
    ['!?', 'migration'],
    ['upgrade', 'upgrade'],
  ])('writes a file for the message %s that is named %s', async (message, name) => {
    const { migrations, run } = withMigrationFiles()
    expect((await run(['db', 'revision', '-m', message])).stdout).toMatch(new RegExp(`migrations/${nextId}_${name}.sql\n$`))
    expect(readFileSync(join(migrations, `${nextId}_${name}.sql`), 'utf8')).toBe(`-- ${message}\n-- upgrade\n\n-- downgrade\n`)
    expect(await run('db upgrade')).toMatchObject({ code: 0 })
  })

  it.each(['', ' \t'])('refuses the message %j', async (message) => {
    const { migrations, run } = withMigrationFiles()
    expect(await run(['db', 'revision', '-m', message])).toMatchObject({ code: 2, stderr: expect.stringContaining('the message is empty') })
    expect(migrationFiles(migrations).at(-1)?.slice(0, 4)).toBe(newestId)
  })
})

describe('db show', () => {
  it.each(['0003', '3', 'foll', 'followers'])('prints the file when the revision is given as %s', async (revision) => {
    const { run } = withMigrationFiles()
    expect((await run(`db show ${revision}`)).stdout).toBe(readFileSync(`${root}migrations/0003_followers.sql`, 'utf8'))
  })

  it('exits 3 when there is no such revision', async () => {
    expect((await withMigrationFiles().run('db show 9998')).code).toBe(3)
  })
})

describe('a migration file with a mistake in its SQL', () => {
  it.each(['db check --files', 'db migrate -m x'])('is reported with file and line by %s', async (line) => {
    const { migrations, run } = withMigrationFiles()
    writeFileSync(join(migrations, `${nextId}_typo.sql`), '-- typo\n-- upgrade\nSELEC 1;\n-- downgrade\n')
    const { code, stdout, stderr } = await run(line)
    expect(code).toBe(1)
    expect(stdout + stderr).toContain(`${nextId}_typo.sql:3: near "SELEC": syntax error`)
    expect(stderr).not.toContain('bug in microblog')
  })
})
