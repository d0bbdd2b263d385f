/** An open database, as the commands use it: Kysely for questions and changes, a stream for long lists. */
import { type Compilable, Kysely } from 'kysely'
import type { Database } from '../models/schema.ts'
import type { Handle } from './addon.ts'
import { change, ImmediateDialect, inChunks } from './dialect.ts'
import type { FollowText } from './export-follows.ts'
import { type Graph, graph } from './graph.ts'
import { type Search, search } from './search.ts'
import type { Staging } from './staging.ts'
import { type Lines, type TextOptions, textPages } from './text-pages.ts'

export class Store {
  /** Transactions begin IMMEDIATE: writers wait for one another and do not fail. */
  readonly db: Kysely<Database>
  readonly #handle: Handle

  constructor(handle: Handle) {
    this.#handle = handle
    this.db = new Kysely<Database>({ dialect: new ImmediateDialect(handle) })
  }

  /** Run `query` and hand its rows over in chunks, in flat memory. Kysely compiles it once and then stands aside. */
  async *rows<Row>(query: Compilable<Row>): AsyncGenerator<Row[]> {
    const { sql, parameters } = query.compile()
    yield* inChunks(this.#handle.prepare<unknown[], Row>(sql).iterate(...parameters))
  }

  /** Begin an import. What is looked up from now on is checked again if the database changes before the import is loaded. */
  async staging(): Promise<Staging> {
    const { Staging } = await import('./staging.ts')
    return new Staging(this.#handle, this.db)
  }

  /** All follows by username, as text: much faster than as rows. */
  async exportFollows(text: FollowText): Promise<Generator<Uint8Array>> {
    const { exportFollows } = await import('./export-follows.ts')
    return exportFollows(this.#handle, text)
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
  async change<T>(options: { readonly dryRun?: boolean }, work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
    return change(this.db, options, work)
  }
}
