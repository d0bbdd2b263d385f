/**
 * Rows on their way into the database: first in a temporary table of this connection's own, which holds no lock, is on disk if it is large
 * and gone when the process is; then, in one transaction, where they belong.
 */
import { DatabaseError, errorCode } from '../../errors.ts'
import { type Database, schema, staged } from '../../models/schema.ts'
import type { Load, Session, Staging } from '../engine.ts'
import type { Handle } from './addon.ts'
import { renderIndex } from './autogenerate/render-schema.ts'
import { withoutForeignKeys } from './transaction.ts'

/** Rows in one statement: with more nothing is gained. */
const rowsAtOnce = 100
/** With fewer rows than this the indexes stay where they are; with more, if the table does not hold this many times as much. */
const [fewRows, muchMore, manyRows] = [10_000, 8, 2_000_000]
/** KiB of pages that better-sqlite3 keeps. */
const defaultCache = 16_000

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

  /** Add rows; of each the values of `columns` are the next ones of `values`. */
  async stage(columns: readonly (keyof Database['staged'])[], values: readonly (string | number | null)[]): Promise<void> {
    const row = `(${columns.map(() => '?').join(', ')})`
    const insert = (rows: number) =>
      this.#handle.prepare(`INSERT INTO temp.staged (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`)
    const size = rowsAtOnce * columns.length
    const full = values.length - (values.length % size)
    const many = insert(rowsAtOnce)
    inTemporaryFolder(
      this.#handle.transaction(() => {
        for (let at = 0; at < full; at += size) many.run(values.slice(at, at + size))
        if (full < values.length) insert((values.length - full) / columns.length).run(values.slice(full))
      }),
    )
  }

  async load<T>({ table, rows, dryRun, recheck, insert }: Load<T>): Promise<T> {
    const isLarge = this.#isLarge(table, rows)
    // SQLite sorts in runs as large as the page cache: runs that fit the processor's own cache take two thirds of the time.
    this.#handle.pragma(`cache_size = -${isLarge ? 2000 : defaultCache}`)
    try {
      if (rows > manyRows && table === 'followers') this.#sortFollows()
      return await withoutForeignKeys(this.#handle, () =>
        this.#session.change({ dryRun }, async (db) => {
          if (this.#dataVersion() !== this.#version) await recheck(db)
          return isLarge ? this.#withoutIndexes(table, () => insert(db)) : insert(db)
        }),
      )
    } finally {
      this.#handle.pragma(`cache_size = -${defaultCache}`)
    }
  }

  /**
   * Sort before the lock is taken: for ten million follows other writers would wait ten seconds longer. Not while ids are missing, because
   * filling them in would update this index row by row, under the lock.
   */
  #sortFollows(): void {
    const unfilled = this.#handle.prepare('SELECT 1 FROM temp.staged WHERE user_id IS NULL OR followed_id IS NULL LIMIT 1').get()
    if (!unfilled) inTemporaryFolder(() => this.#handle.exec('CREATE INDEX temp.by_key ON staged (user_id, followed_id)'))
  }

  #isLarge(table: string, rows: number): boolean {
    const row = this.#handle.prepare(`SELECT 1 FROM ${table} LIMIT 1 OFFSET ?`)
    return rows >= fewRows && row.get(rows * muchMore) === undefined
  }

  /** Do `work` without the indexes that only serve to find rows, and build them again from the declaration. */
  async #withoutIndexes<T>(table: string, work: () => Promise<T>): Promise<T> {
    const indexes = this.#declaredIndexes(table)
    for (const { name } of indexes) this.#handle.exec(`DROP INDEX ${name}`)
    const result = await work()
    for (const { sql } of indexes) this.#handle.exec(sql)
    return result
  }

  /** Those that are there just as they are declared: whatever somebody has made by hand stays where it is. */
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

/** Do `work`, which writes only there. @throws DatabaseError, if there is no room. */
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
