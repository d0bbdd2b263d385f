/** Looks into a database file, and changes it, behind the program's back. */
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

/** What `.schema` of SQLite's shell prints. */
export const schemaOf = (path: string): string =>
  query<{ sql: string }>(path, 'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid')
    .map(({ sql }) => `${sql};\n`)
    .join('')

/** Make the database hold as many users, `user00000` and on, without the cost of adding them by name. */
export const fillWithUsers = (path: string, count: number): void =>
  execute(
    path,
    `INSERT INTO users (username) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1}) SELECT format('user%05d', i) FROM n`,
  )
