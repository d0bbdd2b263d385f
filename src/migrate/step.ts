/** One step of a run, and what it takes away. Types only. */
import type { Migration } from './files.ts'

export type Direction = 'upgrade' | 'downgrade'

/** One migration, run in one direction. `from` and `to` are revision numbers, or `(empty)`. */
export interface Step {
  readonly direction: Direction
  readonly from: string
  readonly to: string
  readonly migration: Migration
}

/** Rows of a table or, if there is a column, values of it that are not NULL. */
export interface Loss {
  readonly table: string
  readonly column?: string
  readonly rows: number
}
