/** Kysely over one better-sqlite3 connection. */
import { type CompiledQuery, type DatabaseConnection, type Dialect, type QueryResult, SqliteDialect, SqliteDriver } from 'kysely'
import type { Handle } from './addon.ts'
import { explain } from './result-codes.ts'

/** Kysely's own driver, with SQLite's errors in plain words. Its transactions are deferred and never used: see `transaction.ts`. */
class ExplainingDriver extends SqliteDriver {
  readonly #name: string

  constructor(handle: Handle, name: string) {
    super({ database: handle })
    this.#name = name
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection()
    const executeQuery = async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      try {
        return await connection.executeQuery<R>(query)
      } catch (error) {
        throw explain(error, this.#name)
      }
    }
    return { executeQuery, streamQuery: (query, size) => connection.streamQuery(query, size) }
  }
}

export const sqliteDialect = (handle: Handle, name: string): Dialect =>
  Object.assign(new SqliteDialect({ database: handle }), { createDriver: () => new ExplainingDriver(handle, name) })

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
