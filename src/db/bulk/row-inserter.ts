import type { Statement } from 'better-sqlite3'
import type { Handle } from '../addon.ts'

/** Rows in one statement: with more nothing is gained. */
const rowsAtOnce = 250

/** Inserts pairs by prepared statements of many rows each; those that are there already are left alone. */
export class RowInserter {
  readonly #many: Statement<unknown[]>
  readonly #one: Statement<unknown[]>
  readonly #values: number[] = new Array(2 * rowsAtOnce).fill(0)
  #length = 0
  #added = 0

  constructor(handle: Handle, table: string, columns: readonly [string, string]) {
    const insert = (rows: number) =>
      handle.prepare(
        `INSERT INTO ${table} (${columns}) VALUES ${Array(rows).fill('(?, ?)').join(', ')} ON CONFLICT (${columns}) DO NOTHING`,
      )
    this.#many = insert(rowsAtOnce)
    this.#one = insert(1)
  }

  add(left: number, right: number): void {
    this.#values[this.#length++] = left
    this.#values[this.#length++] = right
    if (this.#length < this.#values.length) return
    this.#added += this.#many.run(this.#values).changes
    this.#length = 0
  }

  /** Insert what is left. Returns how many rows were added in all. */
  end(): number {
    for (let at = 0; at < this.#length; at += 2) this.#added += this.#one.run(this.#values[at], this.#values[at + 1]).changes
    this.#length = 0
    return this.#added
  }
}
