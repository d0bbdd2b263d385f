/**
 * The SQLite implementation of Staging. `staged` is a temporary table: it takes no lock on the database, SQLite moves it to disk if it is
 * large, and it disappears with the process.
 */
import { DatabaseError, errorCode } from '../../errors.ts'
import { type Database, schema, staged } from '../../models/schema.ts'
import type { Load, Session, Staging } from '../engine.ts'
import type { Handle } from './addon.ts'
import { renderIndex } from './autogenerate/render-schema.ts'
import { withoutForeignKeys } from './transaction.ts'

/** Rows in one INSERT. More rows are not faster. */
const rowsPerInsert = 100
/** A load of at least this many rows drops and recreates the indexes, unless the table has more than `maxSizeRatio` times as many rows. */
const minRowsToReindex = 10_000
const maxSizeRatio = 8
/** A load of more follows than this sorts them before it takes the lock. */
const minRowsToSort = 2_000_000
/** better-sqlite3's default page cache, in KiB. */
const defaultCacheSize = 16_000

export class SqliteStaging implements Staging {
  readonly #handle: Handle
  readonly #session: Pick<Session, 'change'>
  /** Changes when another connection writes (https://sqlite.org/pragma.html#pragma_data_version). */
  readonly #version: unknown

  constructor(handle: Handle, session: Pick<Session, 'change'>) {
    this.#handle = handle
    this.#session = session
    this.#version = this.#dataVersion()
    const columns = Object.entries(staged.columns).map(
      ([name, { type, primaryKey }]) => `${name} ${type}${primaryKey ? ' PRIMARY KEY' : ''}`,
    )
    inTemporaryFolder(() => handle.exec(`DROP TABLE IF EXISTS temp.staged; CREATE TEMP TABLE staged (${columns.join(', ')})`))
  }

  async stage(columns: readonly (keyof Database['staged'])[], values: readonly (string | number | null)[]): Promise<void> {
    const row = `(${columns.map(() => '?').join(', ')})`
    const insert = (rows: number) =>
      this.#handle.prepare(`INSERT INTO temp.staged (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`)
    const size = rowsPerInsert * columns.length
    const full = values.length - (values.length % size)
    const many = insert(rowsPerInsert)
    inTemporaryFolder(
      this.#handle.transaction(() => {
        for (let at = 0; at < full; at += size) many.run(values.slice(at, at + size))
        if (full < values.length) insert((values.length - full) / columns.length).run(values.slice(full))
      }),
    )
  }

  async load<T>({ table, rows, dryRun, recheck, insert }: Load<T>): Promise<T> {
    const isLarge = this.#isLarge(table, rows)
    // SQLite sorts in runs of the page cache's size. With 2 MB a run fits into the CPU cache, and sorting takes a third less time.
    this.#handle.pragma(`cache_size = -${isLarge ? 2000 : defaultCacheSize}`)
    try {
      if (rows > minRowsToSort && table === 'followers') this.#sortFollows()
      return await withoutForeignKeys(this.#handle, () =>
        this.#session.change({ dryRun }, async (db) => {
          if (this.#dataVersion() !== this.#version) await recheck(db)
          return isLarge ? this.#withoutIndexes(table, () => insert(db)) : insert(db)
        }),
      )
    } finally {
      this.#handle.pragma(`cache_size = -${defaultCacheSize}`)
    }
  }

  /**
   * Create the index that sorts the follows before the lock is taken. Otherwise, with ten million follows, other writers would wait ten
   * seconds longer. Create no index if ids are missing: `insert` fills them in under the lock and would update the index row by row.
   */
  #sortFollows(): void {
    const missingId = this.#handle.prepare('SELECT 1 FROM temp.staged WHERE user_id IS NULL OR followed_id IS NULL LIMIT 1').get()
    if (!missingId) inTemporaryFolder(() => this.#handle.exec('CREATE INDEX temp.by_key ON staged (user_id, followed_id)'))
  }

  /** Whether it is faster to recreate the indexes than to update them. `rows` is the number of rows to add. */
  #isLarge(table: string, rows: number): boolean {
    const rowAt = this.#handle.prepare(`SELECT 1 FROM ${table} LIMIT 1 OFFSET ?`)
    return rows >= minRowsToReindex && rowAt.get(rows * maxSizeRatio) === undefined
  }

  /** Drop the non-unique indexes, run `work`, and create the indexes again. */
  async #withoutIndexes<T>(table: string, work: () => Promise<T>): Promise<T> {
    const indexes = this.#declaredIndexes(table)
    for (const { name } of indexes) this.#handle.exec(`DROP INDEX ${name}`)
    const result = await work()
    for (const { sql } of indexes) this.#handle.exec(sql)
    return result
  }

  /** The non-unique indexes that exist exactly as declared. Indexes that a user created or changed are not touched. */
  #declaredIndexes(table: string): { readonly name: string; readonly sql: string }[] {
    const declared = schema.tables.find(({ name }) => name === table)?.indexes ?? []
    const find = this.#handle.prepare<[string], string>("SELECT sql FROM main.sqlite_schema WHERE type = 'index' AND name = ?").pluck()
    return declared
      .filter(({ unique }) => !unique)
      .map((index) => ({ name: index.name, sql: renderIndex(table, index) }))
      .filter(({ name, sql }) => find.get(name) === sql)
  }

  readonly #dataVersion = (): unknown => this.#handle.pragma('data_version', { simple: true })
}

/** Run `work`, which writes only temporary tables. @throws DatabaseError, if the folder for temporary files is full or unusable. */
function inTemporaryFolder(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!/^SQLITE_(FULL|IOERR|CANTOPEN)/.test(errorCode(error) ?? '')) throw error
    throw new DatabaseError(
      'the folder for temporary files cannot hold the input',
      'free some space there, or name another folder with TMPDIR; nothing was changed',
    )
  }
}
