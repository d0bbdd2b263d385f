/** `db migrate` with --rename, --drop and --fill: from files with older names or columns to the declared schema and back. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { execute, query } from '../../support/database.ts'
import { firstMigrations, migrationFiles, migrationFolder, nextId, shippedMigrations } from '../../support/migrations.ts'
import { emptyWorld } from '../../support/run.ts'

/** A database made by the shipped migrations with these replacements, with two users, two posts and a follower. */
async function olderSchema(...replacements: readonly (readonly [pattern: RegExp, by: string])[]) {
  const edit = (text: string) => replacements.reduce((sql, [pattern, by]) => sql.replace(pattern, by), text)
  const migrations = migrationFolder(Object.fromEntries(Object.entries(shippedMigrations()).map(([name, text]) => [name, edit(text)])))
  const { db, run } = emptyWorld()
  const inFolder = (...argv: readonly string[]) => run(argv, { migrations })
  expect(await inFolder('db', 'upgrade')).toMatchObject({ code: 0 })
  const time = "'2020-01-01T00:00:00.000Z'"
  const rows = [
    "INSERT INTO users (username) VALUES ('bob'), ('eve')",
    `INSERT INTO posts (body, timestamp, user_id) VALUES ('hello elm', ${time}, 1), ('bye', ${time}, 2)`,
    'DELETE FROM posts WHERE user_id = 2',
    'INSERT INTO followers (follower_id, followed_id) VALUES (1, 2)',
  ]
  execute(db, edit(rows.join(';')))
  const written = () => {
    const name = migrationFiles(migrations).find((file) => file.startsWith(nextId))
    return name && readFileSync(join(migrations, name), 'utf8')
  }
  return { run: inFolder, rowsOf: (table: string) => query(db, edit(`SELECT * FROM ${table}`)), written }
}

type Older = Awaited<ReturnType<typeof olderSchema>>

const words = /\bbody\b/g
const people = /\busers\b/g
const articles = /\bposts\b/g

/** Reads every row and the search index in the older schema. */
const older = ({ rowsOf }: Older) => ['users', 'posts', 'followers', "posts_search ('elm')", 'sqlite_sequence'].map(rowsOf)

/** Expects the upgrade to the declared schema and the downgrade to keep every row. */
async function expectThereAndBack(from: Older, ...options: readonly string[]): Promise<string> {
  const before = older(from)
  expect(await from.run('db', 'migrate', '-m', 'change', ...options)).toMatchObject({ code: 0 })
  expect(from.written()).not.toContain('drops data')
  expect(await from.run('db', 'upgrade', '--no-backup')).toMatchObject({ code: 0 })
  expect((await from.run('search', 'elm', '--json')).stdout).toContain('"username":"bob","body":"hello elm"')
  expect(await from.run('post', 'bob', 'another elm')).toMatchObject({ code: 0 })
  expect((await from.run('search', 'elm', '--count')).stdout).toBe('2\n')
  expect(await from.run('unpost', '3')).toMatchObject({ code: 0 })
  expect(await from.run('db', 'check')).toMatchObject({ code: 0, stdout: '' })
  expect(await from.run('db', 'downgrade', '--no-backup')).toMatchObject({ code: 0 })
  const after = older(from)
  expect(after.slice(0, -1)).toEqual(before.slice(0, -1))
  return from.written() ?? ''
}

describe('a renamed column', () => {
  it('may be one that a search index and its triggers name', async () => {
    await expectThereAndBack(await olderSchema([words, 'words']), '--rename', 'posts.words:body')
  })

  it('may be the key of the content of a search index', async () => {
    const from = await olderSchema(
      [/(CREATE TABLE posts \(\n +)id/, '$1post_id'],
      [/\(((?:user_id, )?timestamp), id\)/g, '($1, post_id)'],
      [/content_rowid='id'/, "content_rowid='post_id'"],
      [/\b(new\.|old\.|UPDATE OF )id\b/g, '$1post_id'],
    )
    await expectThereAndBack(from, '--rename', 'posts.post_id:id')
  })
})

describe('a renamed table', () => {
  it('keeps its rows, indexes and children', async () => {
    const text = await expectThereAndBack(await olderSchema([people, 'people']), '--rename', 'people:users')
    expect(text).toBe('-- change\n-- upgrade\nALTER TABLE people RENAME TO users;\n\n-- downgrade\nALTER TABLE users RENAME TO people;\n')
  })

  it('may be the content of a search index', async () => {
    await expectThereAndBack(await olderSchema([articles, 'articles']), '--rename', 'articles:posts')
  })

  it.each(['articles.words:body', 'posts.words:body'])('may have a renamed column: --rename %s', async (column) => {
    const from = await olderSchema([articles, 'articles'], [words, 'words'], [people, 'people'])
    await expectThereAndBack(from, '--rename', column, '--rename', 'articles:posts', '--rename', 'people:users')
  })
})

describe('a name of which only the case changes', () => {
  it('is renamed without an option, and db check reports it first', async () => {
    const from = await olderSchema([/\bTABLE users\b/, 'TABLE Users'], [/RENAME TO users/, 'RENAME TO Users'], [/^ {2}email/m, '  eMail'])
    expect((await from.run('db', 'check')).stdout).toContain("declared\tDetected renamed table 'Users' to 'users'")
    const text = await expectThereAndBack(from)
    expect(text).toContain('ALTER TABLE Users RENAME TO new_users;\nALTER TABLE new_users RENAME TO users;\n')
    expect(text).toContain('ALTER TABLE users RENAME COLUMN eMail TO email;\n')
    expect(from.rowsOf('sqlite_schema').map(({ name }) => name)).toContain('Users')
  })
})

describe('--rename refuses', () => {
  it.each([
    ['a swap of tables', ['users:posts', 'posts:users'], 'swaps and chains of names are not possible in one migration'],
    ['a swap of columns', ['users.email:username', 'users.username:email'], 'swaps and chains of names'],
    ['a chain', ['users:posts', 'posts:articles'], 'swaps and chains of names'],
    ['two new names', ['people:users', 'people:folk'], "'people' is renamed twice"],
    ['two old names', ['people:users', 'posts:users'], "'users' gets two old names"],
    ['an unknown table', ['folk:users'], "the migrations have no table 'folk'"],
    ['an undeclared table', ['people:folk'], "no table 'folk' is declared"],
    ['a table that is still declared', ['posts:users'], "'posts' is still declared"],
    ['three names', ['a:b:c'], "'a:b:c' is not a rename"],
  ])('%s', async (_what, renames, says) => {
    const { run, written } = await olderSchema([people, 'people'])
    const options = renames.flatMap((rename) => ['--rename', rename])
    const { code, stderr } = await run('db', 'migrate', '-m', 'x', ...options)
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(says) })
    expect(written()).toBeUndefined()
  })
})

describe('a possible rename', () => {
  it.each([
    ['a column', [words, 'words'], "'posts.words'", '--rename posts.words:body', '--drop posts.words'],
    ['a table', [people, 'people'], "'people'", '--rename people:users', '--drop people'],
    ['a name with a separator', [people, '"my.people"'], "'my.people'", '--rename "\\"my.people\\":users"', '--drop "\\"my.people\\""'],
  ] as const)('is refused without a terminal, with both ways out: %s', async (_what, replacement, name, rename, drop) => {
    const from = await olderSchema(replacement)
    expect(await from.run('db', 'migrate', '-m', 'x')).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: ${name} may have been renamed or dropped: nothing was written\n  say which:\n  ${rename}  or  ${drop}\n`,
    })
    expect(from.written()).toBeUndefined()
    const typed = (option: string) =>
      option
        .replace(/^(--\w+) "(.*)"$/, '$1 $2')
        .replaceAll('\\"', '"')
        .split(' ')
    const fill = name === "'posts.words'" ? ['--fill', "posts.body='gone'"] : []
    expect(await from.run('db', 'migrate', '-m', 'x', '--dry-run', ...typed(rename))).toMatchObject({ code: 0 })
    expect((await from.run('db', 'migrate', '-m', 'x', ...typed(drop), ...fill)).stderr).toContain('warning: the upgrade destroys every')
    expect(from.written()).toContain('-- drops data: every')
  })

  it.each([
    ['nosuch', "the migrations have no table 'nosuch'"],
    ['people.nosuch', "the migrations have no column 'people.nosuch'"],
    ['posts.body', "'posts.body' is still declared"],
    ['a.b.c', "'a.b.c' is not a table or column"],
  ])('cannot be settled by --drop %s', async (drop, says) => {
    const { code, stderr } = await (await olderSchema([people, 'people'])).run('db', 'migrate', '-m', 'x', '--drop', drop)
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(says) })
  })

  it('cannot be both renamed and dropped', async () => {
    const { run } = await olderSchema([people, 'people'])
    const { code, stderr } = await run('db', 'migrate', '-m', 'x', '--rename', 'people:users', '--drop', 'people')
    expect({ code, stderr }).toEqual({ code: 2, stderr: "error: cannot drop 'people': it is renamed\n" })
  })
})

describe('--fill', () => {
  /** Posts without a body, and without the search index of it. */
  const withoutBody = async () => {
    const files = firstMigrations()
    const migrations = migrationFolder({ ...files, '0002_posts.sql': (files['0002_posts.sql'] ?? '').replace(/^ {2}body .*\n/m, '') })
    const { db, run } = emptyWorld()
    const inFolder = (...argv: readonly string[]) => run(argv, { migrations })
    await inFolder('db', 'upgrade')
    execute(db, "INSERT INTO users (username) VALUES ('bob')")
    execute(db, "INSERT INTO posts (timestamp, user_id) VALUES ('2020-01-01T00:00:00.000Z', 1)")
    return { db, run: inFolder, written: () => readFileSync(join(migrations, '0004_body.sql'), 'utf8') }
  }

  it.each([
    ["'en'", 'en'],
    ["'by ' || user_id", 'by 1'],
    ['(SELECT max(username) FROM users)', 'bob'],
    ["'n' || row_number() OVER (ORDER BY id)", 'n1'],
    ['max(user_id, 7)', '7'],
  ])('gives existing rows %s once, and the schema gets no default', async (value, body) => {
    const { db, run, written } = await withoutBody()
    expect(await run('db', 'migrate', '-m', 'body', '--fill', `posts.body=${value}`)).toMatchObject({ code: 0 })
    expect(written()).toContain(`-- 'posts.body' has no old value: every row gets ${value}\n`)
    expect(await run('db', 'upgrade', '--no-backup')).toMatchObject({ code: 0 })
    expect(query(db, 'SELECT body FROM posts')).toEqual([{ body }])
    expect(await run('db', 'check')).toMatchObject({ code: 0, stdout: '' })
    expect(await run('db', 'downgrade', '--yes', '--no-backup')).toMatchObject({ code: 0 })
  })

  it('is suggested, ready to paste, when a column without a value is refused', async () => {
    const { run } = await withoutBody()
    const { code, stderr } = await run('db', 'migrate', '-m', 'body')
    const [, option = ''] = /give them a value once, for example {2}--fill (.*)\n/.exec(stderr) ?? []
    expect({ code, option }).toEqual({ code: 1, option: `posts.body="'en'"` })
    expect(await run('db', 'migrate', '-m', 'body', '--fill', option.replaceAll('"', ''))).toMatchObject({ code: 0 })
  })

  it.each([
    [2, "posts.nosuch='en'", "cannot fill 'posts.nosuch': no column 'posts.nosuch' is declared"],
    [2, 'users.email=1', "cannot fill 'users.email': it is neither new nor becomes NOT NULL"],
    [2, 'posts.body', "'posts.body' fills no column"],
    [2, 'posts.body=en', 'no such column: en\n  a text needs quotes of its own, for example  --fill posts.body="\'en\'"'],
    [2, "posts.body='a', 'b'", 'is not an SQL expression over this table'],
    [2, "posts.body='a') FROM posts; --", 'is not an SQL expression over this table'],
    [1, "posts.body=''", "'posts.body' cannot hold '': it breaks CHECK"],
    [1, 'posts.body=NULL', "'posts.body' cannot hold NULL: it is NULL"],
    [1, "posts.body=x'00'", "'posts.body' cannot hold x'00': it is BLOB, and the column is TEXT"],
    [1, "posts.body=json('{')", "'posts.body' cannot hold json('{'): malformed JSON"],
    [2, "posts.body=SELECT 'en'", 'is not an SQL expression over this table'],
    [2, "posts.body='a'), ('b'", 'is not an SQL expression over this table'],
    [
      2,
      'posts.body=max(user_id)',
      'max(user_id) is one value for all rows together\n  to give it to each of them:  --fill posts.body="(SELECT max(user_id) FROM posts)"',
    ],
  ])('exits %d on %s', async (exit, fill, says) => {
    const { run, written } = await withoutBody()
    const { code, stderr } = await run('db', 'migrate', '-m', 'body', '--fill', fill)
    expect({ code, stderr }).toEqual({ code: exit, stderr: expect.stringContaining(says) })
    // The next step is below the error.
    expect(stderr).toMatch(/^error: .*\n {2}\S/m)
    expect(written).toThrow('ENOENT')
  })
})
