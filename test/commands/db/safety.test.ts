import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { execute } from '../../support/database.ts'
import { migrationFiles } from '../../support/migrations.ts'
import { microblog, root } from '../../support/process.ts'
import { emptyWorld, world } from '../../support/run.ts'

const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** A database with two users and a follow, and a folder with the shipped migrations and one more, whose SQL is given. */
async function withMigration(upgrade: string, downgrade = '') {
  const place = await world('alice', 'bob')
  await place.run('follow alice bob')
  const migrations = join(place.folder, 'migrations')
  cpSync(`${root}migrations`, migrations, { recursive: true })
  const next = String(migrationFiles(migrations).length + 1).padStart(4, '0')
  writeFileSync(join(migrations, `${next}_added.sql`), `-- added\n-- upgrade\n${upgrade}\n-- downgrade\n${downgrade}\n`)
  return { ...place, next, run: (line: string) => place.run(line, { migrations }) }
}

const backups = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.bak'))

/** A rebuild as in https://sqlite.org/lang_altertable.html#otheralter. With foreign keys on, DROP TABLE would empty `followers`. */
const rebuild = `
CREATE TABLE users_new (id INTEGER PRIMARY KEY, username TEXT NOT NULL, email TEXT, password_hash TEXT) STRICT;
INSERT INTO users_new SELECT * FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;`

describe('--dry-run', () => {
  it.each(['db upgrade --dry-run', 'db downgrade base --dry-run'])(
    '%s runs every statement and leaves the file byte-identical',
    async (line) => {
      const { db, run } = await withMigration(rebuild)
      const before = hash(db)
      const { code, stderr } = await run(line)
      expect(code).toBe(0)
      expect(stderr).toMatch(/Running (upgrade|downgrade) .* done \(\d+ ms\)\n[\s\S]*dry run: everything was rolled back/)
      expect(hash(db)).toBe(before)
    },
  )

  it('reports a migration that would fail', async () => {
    const { run } = await withMigration('INSERT INTO followers VALUES (1, 99);')
    expect(await run('db upgrade --dry-run')).toMatchObject({ code: 1, stderr: expect.stringContaining('a foreign key would be broken') })
  })

  it('prints how many rows a downgrade would lose', async () => {
    const { run } = await world('alice', 'bob')
    expect((await run('db downgrade base --dry-run')).stderr).toContain('it would lose 2 rows of users')
  })

  it('does not create a database', async () => {
    const { db, run } = emptyWorld()
    expect((await run('db upgrade --dry-run')).code).toBe(0)
    expect(existsSync(db)).toBe(false)
  })
})

describe('--sql', () => {
  it('prints a script that creates a database which passes db check', async () => {
    const { folder, db, run } = emptyWorld()
    const script = (await run('db upgrade --sql')).stdout
    expect(existsSync(db)).toBe(false)
    const other = new SQLite(join(folder, 'other.db'))
    other.exec(script)
    other.close()
    expect(await run(`db check --db ${folder}/other.db`)).toMatchObject({ code: 0 })
  })

  it('starts at the current revision of the database', async () => {
    const { run, next } = await withMigration('CREATE TABLE t (a);', 'DROP TABLE t;')
    const { stdout } = await run('db upgrade --sql')
    expect(stdout).toContain(`CREATE TABLE t (a);`)
    expect(stdout).not.toContain('CREATE TABLE users')
    expect(stdout).toContain(`VALUES ('${next}', 'added'`)
  })
})

describe('--json', () => {
  it('prints the steps of an upgrade', async () => {
    const { run } = emptyWorld()
    const steps = JSON.parse((await run('db upgrade --json')).stdout)
    expect(steps[0]).toEqual({ direction: 'upgrade', from: '(empty)', to: '0001', name: 'users', milliseconds: expect.any(Number) })
  })

  it('prints the current revision and the history', async () => {
    const { run } = await world()
    expect(JSON.parse((await run('db current --json')).stdout)).toMatchObject({ head: true })
    expect(JSON.parse((await run('db history --json')).stdout).at(-1)).toMatchObject({ id: '0001', name: 'users', message: 'users' })
  })
})

describe('a backup', () => {
  it('is made before a table with rows is rebuilt, which keeps every child row', async () => {
    const { folder, run } = await withMigration(rebuild)
    const { code, stderr } = await run('db upgrade')
    expect(code).toBe(0)
    expect(stderr).toMatch(/^Backed up to .*\.bak, because rows are rebuilt, changed or dropped: users \(2 rows\)$/m)
    expect((await run('followers bob')).stdout).toBe('alice\n')
    const [file = ''] = backups(folder)
    const copy = new SQLite(join(folder, file), { readonly: true })
    expect(copy.prepare('SELECT count(*) FROM users').pluck().get()).toBe(2)
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    copy.close()
  })

  it.each([
    ['a table with rows is dropped', 'DROP TABLE followers;', 1],
    ['a quoted table with rows is dropped', 'DROP TABLE IF EXISTS main."followers";', 1],
    ['a column of a table with rows is dropped', 'ALTER TABLE users DROP COLUMN password_hash;', 1],
    ['a table without rows is dropped', 'DROP TABLE posts;', 0],
    ['a table is added', 'CREATE TABLE t (a);', 0],
  ])('when %s', async (_when, sql, backupCount) => {
    const { folder, run } = await withMigration(sql)
    await run('db upgrade')
    expect(backups(folder)).toHaveLength(backupCount)
  })

  it('is not made with --no-backup', async () => {
    const { folder, run } = await withMigration('DROP TABLE followers;')
    await run('db upgrade --no-backup')
    expect(backups(folder)).toEqual([])
  })

  it('is deleted when three newer ones exist', async () => {
    const { folder, run } = await withMigration('')
    await run('db upgrade')
    for (let round = 0; round < 5; round++) {
      await run('db downgrade base --yes')
      await run('db upgrade')
      await run(`user add user${round}`)
    }
    expect(backups(folder)).toHaveLength(3)
    const newest = new SQLite(join(folder, backups(folder).at(-1) ?? ''), { readonly: true })
    expect(newest.prepare('SELECT username FROM users').pluck().all()).toEqual(['user3'])
    newest.close()
  })
})

describe('the backups beside a database', () => {
  it('lose those that a wrong clock has dated later first', async () => {
    const { folder, run } = await withMigration('DELETE FROM followers;')
    for (const year of [2097, 2098, 2099]) writeFileSync(join(folder, `microblog.db.${year}0101T000000000Z.bak`), '')
    const { stderr } = await run('db upgrade')
    const [, made = ''] = /Backed up to \S*\/(\S+\.bak)/.exec(stderr) ?? []
    expect(backups(folder)).toEqual([made, 'microblog.db.20980101T000000000Z.bak', 'microblog.db.20990101T000000000Z.bak'])
  })
})

describe('an upgrade that is rolled back', () => {
  it('deletes its own backup and keeps the earlier ones', async () => {
    const { folder, run } = await withMigration(`${rebuild}\nINSERT INTO users (id) VALUES (99);`)
    await run('db downgrade 0002 --yes')
    const before = backups(folder)
    expect(before).toHaveLength(1)
    for (let round = 0; round < 4; round++) expect((await run('db upgrade')).code).toBe(1)
    expect(backups(folder)).toEqual(before)
  })

  it('prints the violated constraint and what to do', async () => {
    const { run } = await withMigration('CREATE TABLE t (a NOT NULL);\nINSERT INTO t SELECT email FROM users;')
    const { code, stderr } = await run('db upgrade')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /_added\.sql:4: NOT NULL constraint failed: t\.a\n {2}an existing row violates this constraint: fix the row first, or in the migration\n/,
    )
  })
})

describe('a table that an upgrade renames before dropping it', () => {
  it('is backed up, and reported under its old name', async () => {
    const { folder, run } = await withMigration('ALTER TABLE followers RENAME TO old;\nDROP TABLE old;')
    expect((await run('db upgrade')).stderr).toContain('rows are rebuilt, changed or dropped: followers (1 row)')
    expect(backups(folder)).toHaveLength(1)
  })

  it('may not be the target of a foreign key, even without rows', async () => {
    const { next, run } = await withMigration(
      'DELETE FROM followers;\nALTER TABLE users RENAME TO old;\nCREATE TABLE users (id INTEGER PRIMARY KEY);\nDROP TABLE old;',
    )
    const { code, stderr } = await run('db upgrade')
    expect(code).toBe(1)
    expect(stderr).toContain('refers to a missing table, old')
    expect((await run('db check')).stdout).toMatch(new RegExp(`^files\t${next}_added.sql: .*refers to a missing table, old`))
  })
})

describe('a downgrade', () => {
  it('loses nothing when it only renames a column', async () => {
    const { run } = await withMigration('ALTER TABLE users RENAME COLUMN email TO mail;', 'ALTER TABLE users RENAME COLUMN mail TO email;')
    await run('user edit alice --email alice@example.com')
    await run('db upgrade')
    expect(await run('db downgrade')).toMatchObject({ code: 0 })
  })

  it('counts the values that it sets to NULL', async () => {
    const { run } = await withMigration("UPDATE users SET email = username || '@example.com';", 'UPDATE users SET email = NULL;')
    await run('db upgrade')
    expect(await run('db downgrade')).toMatchObject({ code: 2, stderr: expect.stringContaining('this loses 2 values of users.email') })
  })

  it.each([
    ['db upgrade -1', "'-1' leads down"],
    ['db upgrade base', "'base' leads down"],
    ['db downgrade +1', "'+1' leads up"],
  ])('%s exits 2 because the target is in the wrong direction', async (line, says) => {
    const { run } = await world()
    const { code, stderr } = await run(line)
    expect(code).toBe(2)
    expect(stderr).toContain(says)
  })

  it('prints the current revision when it is already below the target', async () => {
    const { run } = await world()
    await run('db downgrade 0001')
    expect(await run('db downgrade 0002')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('is at 0001, which is 0002 or below it'),
    })
  })
})

describe('db backup', () => {
  it('refuses a dangling symbolic link as the target', async () => {
    const { folder, run } = await world('alice')
    symlinkSync('nowhere', join(folder, 'link.db'))
    expect((await run(`db backup ${folder}/link.db`)).code).toBe(1)
  })

  it('fails, and leaves no file, when the copy is not sound', async () => {
    const { folder, db, run } = await world('alice')
    execute(db, 'PRAGMA ignore_check_constraints = ON; INSERT INTO followers VALUES (1, 1)')
    const { code, stderr } = await run(`db backup ${folder}/copy.db`)
    expect({ code, exists: existsSync(join(folder, 'copy.db')) }).toEqual({ code: 4, exists: false })
    expect(stderr).toContain('the copy is damaged: CHECK constraint failed in followers')
  })

  it("exits 3 when the target's folder does not exist", async () => {
    const { folder, run } = await world('alice')
    expect((await run(`db backup ${folder}/no/copy.db`)).code).toBe(3)
  })

  it('copies the database while another connection holds the write lock', async () => {
    const { folder, db, run } = await world('alice')
    const writer = new SQLite(db)
    writer.exec("BEGIN IMMEDIATE; INSERT INTO users (username) VALUES ('half')")
    expect(await run(`db backup ${folder}/copy.db`)).toEqual({ code: 0, stdout: `${folder}/copy.db\n`, stderr: '' })
    writer.close()
    expect((await run(`users --db ${folder}/copy.db`)).stdout).toBe('alice\n')
    expect((await run(`db check --db ${folder}/copy.db`)).code).toBe(0)
  })

  it('is refused when another process has taken the name meanwhile', async () => {
    const { folder } = await world('alice')
    const results = await Promise.all(Array.from({ length: 6 }, () => microblog(['db', 'backup', 'copy.db'], { cwd: folder })))
    expect(results.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1, 1, 1])
    expect(readdirSync(folder).sort()).toEqual(['copy.db', 'microblog.db'])
  })

  it('removes what a killed process left, and nothing that a running one writes', async () => {
    const { folder, run } = await world('alice')
    const nameOf = (id: number | undefined, file = 'other.db') => `.${file}.unfinished-${id}`
    const [ended, running] = [spawnSync('true').pid, process.ppid]
    // A killed process in a container had the id that this one has.
    for (const name of [nameOf(ended), `${nameOf(ended)}-journal`, nameOf(running), nameOf(process.pid, 'copy.db')])
      writeFileSync(join(folder, name), '')
    expect((await run(`db backup ${folder}/copy.db`)).code).toBe(0)
    expect(readdirSync(folder).sort()).toEqual([nameOf(running), 'copy.db', 'microblog.db'])
  })

  it('never overwrites a file', async () => {
    const { db, run } = await world('alice')
    const before = hash(db)
    expect((await run(`db backup ${db}`)).code).toBe(1)
    expect(hash(db)).toBe(before)
  })
})

describe('db check', () => {
  const cases: [what: string, damage: string, says: RegExp][] = [
    [
      'a dropped index',
      'DROP INDEX followers_followed_id',
      /^drift\tDetected removed index 'followers_followed_id' on 'followers', not by a migration$/m,
    ],
    ['an added column', 'ALTER TABLE posts ADD COLUMN title TEXT', /^drift\tDetected added column 'posts.title', not by a migration$/m],
    [
      'a dangling follow',
      'PRAGMA foreign_keys = OFF; INSERT INTO followers VALUES (1, 99)',
      /^foreign key\tfollowers refers to a row that is not in users$/m,
    ],
    [
      'an edited file',
      "UPDATE schema_migrations SET checksum = 'x' WHERE id = '0002'",
      /^checksum\t0002_posts.sql was changed after it was applied$/m,
    ],
    [
      'an unknown migration',
      "INSERT INTO schema_migrations VALUES ('9000', 'later', 'x', 'x', 0)",
      /^history\tthe applied migrations are .*9000 later; the files are /m,
    ],
    [
      'a missing migration',
      "DELETE FROM schema_migrations WHERE id = '0004'; DROP TABLE posts_search",
      /^pending\t0004 search is not applied$/m,
    ],
  ]
  it.each(cases)('finds %s, and exits 1', async (_what, damage, says) => {
    const { db, run } = await world('alice')
    const handle = new SQLite(db)
    handle.exec(damage)
    handle.close()
    const { code, stdout } = await run('db check')
    expect(stdout).toMatch(says)
    expect(code).toBe(1)
    expect(JSON.parse((await run('db check --json')).stdout)[0]).toEqual({ check: expect.any(String), message: expect.any(String) })
  })

  it('finds nothing wrong with a sound database', async () => {
    const { db, run } = await world('alice')
    expect(await run('db check')).toEqual({ code: 0, stdout: '', stderr: `${db} is sound\n` })
  })

  it('finds migrations that do not create the declared schema', async () => {
    const { run } = await withMigration('CREATE TABLE t (a);')
    expect((await run('db check')).stdout).toContain("declared\tDetected removed table 't': no migration does that yet")
  })
})

describe('db stamp', () => {
  it('accepts a database that another program created with the same schema', async () => {
    const { folder, run } = await world('alice')
    const copy = join(folder, 'restored.db')
    const handle = new SQLite(copy)
    handle.exec((await run('db schema')).stdout)
    handle.exec("INSERT INTO users (username) VALUES ('zoe')")
    handle.close()
    expect((await run(`users --db ${copy}`)).code).toBe(4)
    expect((await run(`db stamp head --db ${copy}`)).code).toBe(0)
    expect((await run(`users --db ${copy}`)).stdout).toBe('zoe\n')
    expect((await run(`db check --db ${copy}`)).code).toBe(0)
  })

  it('prints what it changes in schema_migrations', async () => {
    const { db, run } = await world('alice')
    const handle = new SQLite(db)
    handle.exec("UPDATE schema_migrations SET checksum = 'x' WHERE id = '0001'; DELETE FROM schema_migrations WHERE id = '0002'")
    handle.exec("INSERT INTO schema_migrations VALUES ('9000', 'later', 'x', 'x', 0)")
    handle.close()
    const { stderr } = await run('db stamp head')
    expect(stderr).toContain('no longer recorded: 9000 later\nnewly recorded: 0002 posts\nchecksum updated: 0001_users.sql\n')
  })

  it('is suggested by db upgrade when there are tables but no schema_migrations', async () => {
    const { db, run } = await world('alice')
    const handle = new SQLite(db)
    handle.exec('DROP TABLE schema_migrations')
    handle.close()
    expect(await run('db upgrade')).toMatchObject({ code: 4, stderr: expect.stringContaining('microblog db stamp head') })
    expect((await run('db stamp head')).code).toBe(0)
    expect((await run('users')).stdout).toBe('alice\n')
  })

  it('refuses a revision with another schema, and prints the difference', async () => {
    const { run } = await world('alice')
    const { code, stderr } = await run('db stamp 0002')
    expect(code).toBe(1)
    expect(stderr).toContain("the schema does not match 0002\n  from 0002 to this database:\n  Detected added table 'followers'")
    expect((await run('db current --json')).stdout).toContain('"head":true')
  })
})

describe('db upgrade with nothing to do', () => {
  it('takes no lock', async () => {
    const { db, run } = await world('alice')
    const writer = new SQLite(db)
    writer.exec('BEGIN IMMEDIATE')
    expect((await run('db upgrade')).code).toBe(0)
    writer.close()
  })
})
