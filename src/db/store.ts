/** An open database, as the commands use it: Kysely for questions and changes, a stream for long lists. */
import { type Compilable, Kysely } from 'kysely'
import type { Handle } from './addon.ts'
import type { Bulk } from './bulk/bulk.ts'
import { inChunks, sqliteDialect } from './dialect.ts'
import { type Graph, graph } from './graph.ts'
import { type Search, search } from './search.ts'
import { type Lines, type TextOptions, textPages } from './text-pages.ts'

export class Store<DB> {
  /** Transactions begin IMMEDIATE: writers wait for one another and do not fail. */
  readonly db: Kysely<DB>
  readonly #handle: Handle

  constructor(handle: Handle) {
    this.#handle = handle
    this.db = new Kysely<DB>({ dialect: sqliteDialect(handle) })
  }

  /** Run `query` and hand its rows over in chunks, in flat memory. Kysely compiles it once and then stands aside. */
  async *rows<Row>(query: Compilable<Row>): AsyncGenerator<Row[]> {
    const { sql, parameters } = query.compile()
    yield* inChunks(this.#handle.prepare<unknown[], Row>(sql).iterate(...parameters))
  }

  /** What SQLite can do that no other engine can, for very many rows: loaded only by the commands that need it. */
  async bulk(): Promise<Bulk> {
    const { Bulk } = await import('./bulk/bulk.ts')
    return new Bulk(this.#handle)
  }

  /** A list of one column as text, much faster than as rows. */
  async *text(lines: Lines, options: TextOptions): AsyncGenerator<Uint8Array> {
    yield* textPages(this.#handle, lines, options)
  }

  /** Who follows whom, for walking. */
  graph(): Graph {
    return graph(this.#handle)
  }

  /** Search the posts for `query`, which no user can get wrong. */
  search(query: string): Search {
    return search(this.#handle, query)
  }

  /** Do `work` in one transaction: all of it or, if it throws or this is a dry run, nothing. */
  async change<T>(options: { readonly dryRun?: boolean }, work: (db: Kysely<DB>) => Promise<T>): Promise<T> {
    if (!options.dryRun) return this.db.transaction().execute(work)
    const transaction = await this.db.startTransaction().execute()
    try {
      return await work(transaction)
    } finally {
      await transaction.rollback().execute()
    }
  }
}
