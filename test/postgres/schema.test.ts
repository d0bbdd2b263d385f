/** The migrations of both engines make the same schema. */
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { execute, query } from '../support/database.ts'
import { migrationFiles } from '../support/migrations.ts'
import { root } from '../support/process.ts'
import { emptyWorld, server, world } from '../support/run.ts'

it('has a file of the same name for each migration', () => {
  expect(migrationFiles(join(root, 'migrations/postgres'))).toEqual(migrationFiles(join(root, 'migrations')))
})

const isSearch = (name: string) => name.startsWith('posts_search') || name === 'words'

/** The columns, keys and indexes of an SQLite database, a line each. */
function sqliteSchema(db: string): string[] {
  const tables = query<{ name: string }>(
    db,
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT GLOB 'sqlite_*'",
  )
    .map(({ name }) => name)
    .filter((name) => name !== 'schema_migrations')
  const types: Readonly<Record<string, string>> = { INTEGER: 'bigint', TEXT: 'text' }
  return tables.flatMap((table) => [
    ...query<{ name: string; type: string; notnull: number; pk: number }>(db, `SELECT * FROM pragma_table_info('${table}')`).map(
      ({ name, type, notnull, pk }) => `${table}.${name} ${types[type]}${notnull || pk ? ' not null' : ''}${pk ? ` key ${pk}` : ''}`,
    ),
    ...query<{ from: string; table: string; on_delete: string }>(db, `SELECT * FROM pragma_foreign_key_list('${table}')`).map(
      ({ from, table: parent, on_delete }) => `${table}.${from} refers to ${parent} on delete ${on_delete.toLowerCase()}`,
    ),
    ...query<{ sql: string }>(db, `SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = '${table}' AND sql IS NOT NULL`).map(
      ({ sql }) => sql,
    ),
  ])
}

/** The same of a PostgreSQL database. */
function postgresSchema(db: string): string[] {
  const columns = `
    SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
      || coalesce(' key ' || array_position(k.conkey, a.attnum), '') AS line
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> 'words'
      AND c.relname <> 'schema_migrations'`
  const keys = `
    SELECT c.relname || '.' || a.attname || ' refers to ' || k.confrelid::regclass || ' on delete '
      || CASE k.confdeltype WHEN 'c' THEN 'cascade' ELSE k.confdeltype::text END AS line
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f'`
  const indexes = `
    SELECT replace(replace(pg_get_indexdef(x.indexrelid), ' USING btree', ''), 'public.', '') AS line FROM pg_index x
    JOIN pg_class c ON c.oid = x.indrelid WHERE c.relnamespace = 'public'::regnamespace AND NOT x.indisprimary AND c.relname <> 'schema_migrations'`
  return query<{ line: string }>(db, `${columns} UNION ALL ${keys} UNION ALL ${indexes}`)
    .map(({ line }) => line.replaceAll('"', ''))
    .filter((line) => !line.includes('posts_search'))
}

/** Statements for rows that both must take, or both refuse. `$t` is a valid time. */
const user = (name: string, email = 'NULL', hash = 'NULL') =>
  `INSERT INTO users (username, email, password_hash) VALUES (${name}, ${email}, ${hash})`
const post = (body: string, time: string, author = '1') =>
  `INSERT INTO posts (body, timestamp, user_id) VALUES (${body}, ${time}, ${author})`
const now = "'2026-01-02T03:04:05.678Z'"
const long = (length: number) => `'${'x'.repeat(length)}'`
const rows: readonly string[] = [
  ...["'a'", "'A_1.b-c'", "'_x'", "'0'", long(64)].map((name) => user(name)),
  ...["''", long(65), "'-a'", "'.a'", "'a b'", "'ä'", "'a\n'", 'NULL', "'a@b'", "'ALICE'"].map((name) => user(name)),
  ...["'a@b'", "'äöü@example.com'", long(120), "'abc'"].map((email, index) => user(`'e${index}'`, email)),
  ...["'ab'", long(121), "''", "'Taken@Example.com'"].map((email, index) => user(`'f${index}'`, email)),
  ...[long(128), "''"].map((hash, index) => user(`'g${index}'`, 'NULL', hash)),
  user("'h'", 'NULL', long(129)),
  ...["'x'", long(140), `'${'ä'.repeat(140)}'`, "' '", "'a\nb'"].map((body) => post(body, now)),
  ...["''", long(141), 'NULL'].map((body) => post(body, now)),
  ...["'0000-00-00T00:00:00.000Z'", "'9999-19-39T29:59:59.999Z'"].map((time) => post("'x'", time)),
  ...["'2026-01-02T03:04:05Z'", "'2026-01-02 03:04:05.678Z'", "'2026-01-02T03:04:05.678'", "'2026-21-02T03:04:05.678Z'", "''", 'NULL'].map(
    (time) => post("'x'", time),
  ),
  post("'x'", now, '99'),
  post("'x'", now, 'NULL'),
  'INSERT INTO followers (follower_id, followed_id) VALUES (1, 2)',
  'INSERT INTO followers (follower_id, followed_id) VALUES (2, 1)',
  'INSERT INTO followers (follower_id, followed_id) VALUES (1, 2)',
  'INSERT INTO followers (follower_id, followed_id) VALUES (1, 1)',
  'INSERT INTO followers (follower_id, followed_id) VALUES (1, 99)',
  'INSERT INTO followers (follower_id, followed_id) VALUES (NULL, 1)',
  'DELETE FROM users WHERE id = 2',
]

/** What a database answers to each statement: whether it was taken. */
const answers = (db: string) =>
  rows.map((sql) => {
    try {
      execute(db, db.startsWith('postgres') ? sql : `PRAGMA foreign_keys = ON; ${sql}`)
      return `taken: ${sql}`
    } catch {
      return `refused: ${sql}`
    }
  })

describe.skipIf(!server)('the two schemas', () => {
  /** The same two users in an SQLite file and on the server. */
  async function both() {
    const here = emptyWorld()
    const file = join(here.folder, 'file.db')
    const there = await world('alice', 'bob')
    await there.run('user edit bob --email taken@example.com')
    await here.run(['--db', file, 'db', 'upgrade'])
    await here.run(['--db', file, 'user', 'add', 'alice', 'bob'])
    await here.run(['--db', file, 'user', 'edit', 'bob', '--email', 'taken@example.com'])
    return { file, url: there.db }
  }

  it('have the same tables, columns, keys, references and indexes', async () => {
    const { file, url } = await both()
    expect(postgresSchema(url).sort()).toEqual(
      sqliteSchema(file)
        .filter((line) => !isSearch(line))
        .sort(),
    )
  })

  it('take and refuse the same rows', async () => {
    const { file, url } = await both()
    expect(answers(url)).toEqual(answers(file))
  })

  it('are the same after every migration was undone and applied again', async () => {
    const { db, run } = await world()
    const before = (await run('db schema')).stdout
    expect(await run('db downgrade base --yes')).toMatchObject({ code: 0 })
    expect(
      query(db, "SELECT 1 AS one FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname IN ('users', 'posts', 'followers')"),
    ).toEqual([])
    expect(await run('db upgrade')).toMatchObject({ code: 0 })
    expect((await run('db schema')).stdout).toBe(before)
    expect(await run('db check')).toEqual({ code: 0, stdout: '', stderr: `${db} is sound\n` })
  })

  it('can be made from db schema', async () => {
    const [one, other] = [await world(), emptyWorld()]
    const { stdout } = await one.run('db schema')
    execute(`${server}/postgres`, `CREATE DATABASE ${other.db.split('/').at(-1)}`)
    execute(other.db, stdout)
    expect((await other.run('db schema')).stdout).toBe(stdout)
  })
})

describe.skipIf(!server)('a step', () => {
  it.each([
    ['DROP TABLE posts', true],
    ['DROP TABLE IF EXISTS "posts" CASCADE', true],
    ['DELETE FROM posts WHERE false', true],
    ['UPDATE ONLY posts SET body = body', true],
    ['TRUNCATE public.posts', true],
    ['WITH x AS (DELETE FROM posts RETURNING 1) SELECT * FROM x', true],
    ['ALTER TABLE posts DROP body', true],
    ['ALTER TABLE posts ALTER COLUMN body TYPE varchar(200)', true],
    ['ALTER TABLE posts RENAME body TO text; ALTER TABLE posts DROP text', true],
    ['ALTER TABLE posts RENAME TO old; DROP TABLE old', true],
    ['ALTER TABLE posts DROP COLUMN IF EXISTS words', false],
    ['ALTER TABLE posts DROP words, DROP body', true],
    ['ALTER TABLE posts DROP CONSTRAINT posts_body_check', false],
    ['ALTER TABLE posts ALTER COLUMN body DROP NOT NULL', false],
    ['ALTER TABLE posts ADD COLUMN x int', false],
    ["COMMENT ON TABLE posts IS 'DROP TABLE posts'", false],
    ['DROP INDEX posts_timestamp', false],
  ])('wants a dump first, where rows are in danger: %s', async (statement, isDangerous) => {
    const { run, folder } = await world('alice')
    await run('post alice hello')
    const migrations = join(folder, 'migrations')
    cpSync(join(root, 'migrations'), migrations, { recursive: true })
    for (const place of [migrations, join(migrations, 'postgres')])
      writeFileSync(join(place, '0006_step.sql'), `-- step\n-- upgrade\n${statement};\n-- downgrade\n`)
    const { code, stderr } = await run('db upgrade', { migrations })
    expect({ code, isAsked: stderr.includes('make one:  pg_dump') }).toEqual({ code: isDangerous ? 2 : 0, isAsked: isDangerous })
  })
})
