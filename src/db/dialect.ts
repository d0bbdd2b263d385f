/**
 * Kysely over one better-sqlite3 connection. Kysely's own SQLite driver begins deferred transactions, which fail instead
 * of waiting when two processes write at once, and hides the error of a failed COMMIT behind that of a needless ROLLBACK.
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Handle } from './addon.ts'

export function sqliteDialect(handle: Handle): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(handle),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class SqliteDriver implements Driver {
  readonly #handle: Handle
  readonly #connection: SqliteConnection

  constructor(handle: Handle) {
    this.#handle = handle
    this.#connection = new SqliteConnection(handle)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  async beginTransaction(): Promise<void> {
    this.#handle.exec('BEGIN IMMEDIATE')
  }

  async commitTransaction(): Promise<void> {
    this.#handle.exec('COMMIT')
  }

  /** After a full disk, for one, SQLite has rolled back by itself. */
  async rollbackTransaction(): Promise<void> {
    if (this.#handle.inTransaction) this.#handle.exec('ROLLBACK')
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#handle.close()
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #handle: Handle

  constructor(handle: Handle) {
    this.#handle = handle
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.#handle.prepare<unknown[], R>(sql)
    if (statement.reader) return { rows: statement.all(...parameters) }
    const { changes, lastInsertRowid } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    for (const rows of inChunks(this.#handle.prepare<unknown[], R>(sql).iterate(...parameters), chunkSize, chunkSize)) yield { rows }
  }
}

/** Gather rows into arrays that grow from `first` to `most` rows, so that the first come at once and the rest cheaply. */
export function* inChunks<Row>(rows: Iterable<Row>, first = 200, most = 8192): Generator<Row[]> {
  let size = first
  let chunk: Row[] = []
  for (const row of rows) {
    chunk.push(row)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
    size = Math.min(size * 2, most)
  }
  if (chunk.length > 0) yield chunk
}

/** Do `work` in one transaction: all of it or, if it throws or this is a dry run, nothing. */
export async function change<DB, T>(
  db: Kysely<DB>,
  { dryRun }: { readonly dryRun?: boolean },
  work: (db: Kysely<DB>) => Promise<T>,
): Promise<T> {
  if (!dryRun) return db.transaction().execute(work)
  const transaction = await db.startTransaction().execute()
  try {
    return await work(transaction)
  } finally {
    await transaction.rollback().execute()
  }
}
