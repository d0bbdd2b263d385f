/** The PostgreSQL implementation of Session. */
import { type Compilable, Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import Cursor from 'pg-cursor'
import type { AppliedMigration } from '../../migrate/history.ts'
import type { PostSearch } from '../../models/post-search.ts'
import type { Database } from '../../models/schema.ts'
import type { CheckHistory, LastIds, Session, Staging } from '../engine.ts'
import { queryText } from '../query-text.ts'
import { selectHistory } from './schema-migrations.ts'
import type { Connection } from './server-connection.ts'
import { literal } from './sql-words.ts'
import { parseSearch } from './words-search.ts'

/** Also ids that were given without the sequence. */
const lastId = (table: string): string =>
  `(SELECT greatest(coalesce(pg_sequence_last_value(pg_get_serial_sequence('${table}', 'id')::regclass), 0), max(id)) FROM ${table})`

/** Rows that are read at once. */
const chunkSize = 4000

export class PostgresSession implements Session {
  readonly db: Kysely<Database>
  readonly #connection: Connection
  readonly #check: CheckHistory

  constructor(connection: Connection, check: CheckHistory = () => {}) {
    this.#connection = connection
    this.#check = check
    const { client, numbers } = connection
    // A pool of the one connection: everything runs in its transaction.
    const query = async (sql: string, values: readonly unknown[]) => {
      const result = await client.query(sql, [...values])
      numbers.check()
      return result
    }
    const pool = { connect: async () => ({ query, release() {} }) as unknown as PostgresPoolClient, end: async () => {} }
    this.db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  }

  sqlText(query: Compilable<unknown>): string {
    return queryText(query, /\$\d+/g, literal)
  }

  async *rows<Row>(query: Compilable<Row>): AsyncGenerator<Row[]> {
    const { sql, parameters } = query.compile()
    const { client, numbers } = this.#connection
    const cursor = client.query(new Cursor<Row>(sql, [...parameters], { types: numbers.types }))
    try {
      let rows = await cursor.read(chunkSize)
      while (rows.length > 0) {
        numbers.check()
        // The server reads on while these rows are printed.
        const next = cursor.read(chunkSize)
        next.catch(() => {})
        yield rows
        rows = await next
      }
    } finally {
      // The next query waits for its answer.
      cursor.close().catch(() => {})
    }
  }

  async *text(query: Compilable<{ line: string }>, separator: string): AsyncGenerator<string> {
    let before = ''
    for await (const rows of this.rows(query)) {
      yield before + rows.map(({ line }) => line).join(separator)
      before = separator
    }
  }

  async change<T>({ dryRun }: { readonly dryRun?: boolean }, work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
    return this.#connection.retrying(dryRun ? 'roll back' : 'commit', selectHistory, (history: AppliedMigration[]) => {
      this.#check(history)
      return work(this.db)
    })
  }

  async staging(): Promise<Staging> {
    const { PostgresStaging } = await import('./postgres-staging.ts')
    return new PostgresStaging(this.#connection, this.db, this.#check)
  }

  async lastIds(): Promise<LastIds> {
    const [last] = await this.#connection.all<LastIds>(`SELECT ${lastId('users')} AS users, ${lastId('posts')} AS posts`)
    return last ?? { users: 0, posts: 0 }
  }

  async reserveIds(last: LastIds): Promise<void> {
    for (const [table, id] of Object.entries(last))
      if (id > 0) await this.#connection.all(`SELECT setval(pg_get_serial_sequence($1, 'id'), greatest($2, ${lastId(table)}))`, table, id)
  }

  async search(query: string): Promise<PostSearch> {
    return parseSearch(query)
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }
}
