/** Kysely over one better-sqlite3 connection. */
import { type Dialect, type Kysely, SqliteDialect, SqliteDriver } from 'kysely'
import type { Handle } from './addon.ts'

/**
 * Kysely's own driver begins deferred transactions, which fail instead of waiting when two processes write at once, and hides the error of
 * a failed COMMIT behind that of a needless ROLLBACK.
 */
class ImmediateDriver extends SqliteDriver {
  readonly #handle: Handle

  constructor(handle: Handle) {
    super({ database: handle })
    this.#handle = handle
  }

  override async beginTransaction(): Promise<void> {
    this.#handle.exec('BEGIN IMMEDIATE')
  }

  /** After a full disk, for one, SQLite has rolled back by itself. */
  override async rollbackTransaction(): Promise<void> {
    if (this.#handle.inTransaction) this.#handle.exec('ROLLBACK')
  }
}

export const immediateDialect = (handle: Handle): Dialect =>
  Object.assign(new SqliteDialect({ database: handle }), { createDriver: () => new ImmediateDriver(handle) })

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
