/** Reads and changes a database file directly, without the program. */
import SQLite from 'better-sqlite3'

function usingDatabase<T>(path: string, work: (handle: SQLite.Database) => T): T {
  const handle = new SQLite(path)
  try {
    return work(handle)
  } finally {
    handle.close()
  }
}

/** The rows of one statement, as plain objects. */
export const query = <Row = Record<string, unknown>>(path: string, sql: string): Row[] =>
  usingDatabase(path, (handle) => handle.prepare<[], Row>(sql).all())

/** Run one or more statements. */
export const execute = (path: string, sql: string): void => usingDatabase(path, (handle) => void handle.exec(sql))

/** The schema, as `.schema` in SQLite's shell prints it. */
export const schemaOf = (path: string): string =>
  query<{ sql: string }>(path, 'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid')
    .map(({ sql }) => `${sql};\n`)
    .join('')

/** Inserts `count` users, named `user00000`, `user00001`, …, which is faster than `user add`. */
export const fillWithUsers = (path: string, count: number): void =>
  execute(
    path,
    `INSERT INTO users (username) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1}) SELECT format('user%05d', i) FROM n`,
  )
