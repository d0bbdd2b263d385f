/** A run, its steps, and the data that it loses. Types only. */
import type { Migration } from './files.ts'
import type { MatchedMigration } from './history.ts'

export type Direction = 'upgrade' | 'downgrade'

/** One migration, run in one direction. `from` and `to` are revision numbers, or `(empty)`. */
export interface Step {
  readonly direction: Direction
  readonly from: string
  readonly to: string
  readonly migration: Migration
}

export interface RunPlan {
  /** The number of the last applied migration, or `(empty)`. */
  readonly at: string
  readonly steps: readonly Step[]
  /** Applied migrations whose files have another number now. */
  readonly renumbered: readonly MatchedMigration<Migration>[]
  /** A sentence for the user about each migration that runs out of order. */
  readonly notes: readonly string[]
}

/** Lost rows of a table or, if `column` is set, lost values of it that were not NULL. */
export interface Loss {
  readonly table: string
  readonly column?: string
  readonly rows: number
}
