/** What the migrator needs of SQLite: one connection, used synchronously. Rows are plain objects. */
export interface Connection {
  readonly inTransaction: boolean
  /** Run one or more statements. */
  exec(sql: string): void
  /** Run one statement and return its rows. */
  all<Row = Record<string, unknown>>(sql: string, ...parameters: readonly unknown[]): Row[]
  close(): void
}
/** Opens a fresh, empty, in-memory database. */
export type OpenMemory = () => Connection
