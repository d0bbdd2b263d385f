/** Reads and changes a database directly, without the program. */
import { execFileSync } from 'node:child_process'
import SQLite from 'better-sqlite3'

function usingDatabase<T>(path: string, work: (handle: SQLite.Database) => T): T {
  const handle = new SQLite(path)
  try {
    return work(handle)
  } finally {
    handle.close()
  }
}

const psql = (url: string, sql: string): string =>
  execFileSync('psql', ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set', 'ON_ERROR_STOP=1', url], {
    encoding: 'utf8',
    input: sql,
    stdio: ['pipe', 'pipe', 'pipe'],
  })

const isUrl = (path: string): boolean => path.startsWith('postgres://')

/** The rows of one statement, as plain objects. */
export const query = <Row = Record<string, unknown>>(path: string, sql: string): Row[] =>
  isUrl(path)
    ? (JSON.parse(psql(path, `SELECT coalesce(json_agg(r), '[]') FROM (${sql}) AS r`)) as Row[])
    : usingDatabase(path, (handle) => handle.prepare<[], Row>(sql).all())

/** Run one or more statements. */
export const execute = (path: string, sql: string): void =>
  isUrl(path) ? void psql(path, sql) : usingDatabase(path, (handle) => void handle.exec(sql))

/** The schema, as `.schema` in SQLite's shell prints it. */
export const schemaOf = (path: string): string =>
  query<{ sql: string }>(path, 'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid')
    .map(({ sql }) => `${sql};\n`)
    .join('')

/** Inserts `count` users, named `user00000`, `user00001`, …, which is faster than `user add`. */
export const fillWithUsers = (path: string, count: number): void =>
  execute(
    path,
    `INSERT INTO users (username) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1}) SELECT 'user' || CASE WHEN i < 100000 THEN substr(CAST(100000 + i AS TEXT), 2) ELSE CAST(i AS TEXT) END FROM n`,
  )
