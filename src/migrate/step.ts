/** One step of a run, and the data that it loses. Types only. */
import type { Migration } from './files.ts'

export type Direction = 'upgrade' | 'downgrade'

/** One migration, run in one direction. `from` and `to` are revision numbers, or `(empty)`. */
export interface Step {
  readonly direction: Direction
  readonly from: string
  readonly to: string
  readonly migration: Migration
}

/** Lost rows of a table or, if `column` is set, lost values of it that were not NULL. */
export interface Loss {
  readonly table: string
  readonly column?: string
  readonly rows: number
}
