/** A minimal synchronous interface to one SQLite connection, for migrations and schema comparison. */
import type { Handle } from './addon.ts'

export interface Connection {
  /** Run one or more statements. */
  exec(sql: string): void
  /** Run one statement and return its rows. */
  all<Row = Record<string, unknown>>(sql: string, ...parameters: readonly unknown[]): Row[]
  close(): void
}

/** Opens a new, empty in-memory database. */
export type OpenMemory = () => Connection

export const connectionOf = (handle: Handle): Connection => ({
  exec: (sql) => void handle.exec(sql),
  all: <Row>(sql: string, ...parameters: readonly unknown[]) => handle.prepare<unknown[], Row>(sql).all(...parameters),
  close: () => void handle.close(),
})
