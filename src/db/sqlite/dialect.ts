/** A Kysely dialect for one better-sqlite3 connection. */
import { type CompiledQuery, type DatabaseConnection, type Dialect, type QueryResult, SqliteDialect, SqliteDriver } from 'kysely'
import type { Handle } from './addon.ts'
import { explain } from './result-codes.ts'

/** Kysely's SQLite driver, with errors converted by `explain`. Its transactions are deferred: use `transaction.ts` instead. */
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

/** Group rows into chunks. The first chunk is small, for low latency; sizes double from `firstSize` to `maxSize` rows. */
export function* inChunks<Row>(rows: Iterable<Row>, firstSize = 200, maxSize = 8192): Generator<Row[]> {
  let size = firstSize
  let chunk: Row[] = []
  for (const row of rows) {
    chunk.push(row)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
    size = Math.min(size * 2, maxSize)
  }
  if (chunk.length > 0) yield chunk
}
