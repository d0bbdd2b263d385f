/** Runs migrations: everything in one transaction, all or nothing. */

import type { Connection } from '../db/sqlite/connection.ts'
import { countLosses, type Loss, rowsInDanger } from '../db/sqlite/losses.ts'
import { runStatement } from '../db/sqlite/replay.ts'
import { checkViolations, countViolations } from '../db/sqlite/violations.ts'
import { DatabaseError } from '../errors.ts'
import type { Migration } from './files.ts'
import { checkHistory, createHistory, inImmediate, inSnapshot, readApplied } from './history.ts'
import { resolveTarget } from './target.ts'

/** One migration, run in one direction. `from` and `to` are revision numbers, or `(empty)`. */
export interface Step {
  readonly direction: 'upgrade' | 'downgrade'
  readonly from: string
  readonly to: string
  readonly migration: Migration
}

/** Told while migrations run. A step that is done is committed only when the whole run returns. */
export interface Progress {
  started(step: Step): void
  /** `milliseconds` is how long the step took. */
  done(step: Step, milliseconds: number): void
  /** The step that was started last did not finish; everything is rolled back. */
  failed(step: Step): void
}

/** Tells nobody. */
export const silent: Progress = { started() {}, done() {}, failed() {} }

export interface Run {
  /** The revision that the database is at after the run, or `(empty)`. */
  readonly at: string
  readonly steps: readonly Step[]
  readonly losses: readonly Loss[]
}

/** What a run needs beside the connection and the files. */
export interface RunOptions {
  readonly target: string
  readonly progress: Progress
  /** Run everything and roll it back: the database file is byte-identical after. */
  readonly rehearse?: boolean
  /** Called under the lock, before the first step, with the rows that are in danger, if any are. */
  readonly backUp?: (inDanger: readonly Loss[]) => void
  /** Sees what a downgrade has lost just before it is committed, and throws to have it undone. */
  readonly accept?: (losses: readonly Loss[]) => void
}

/** Apply what is pending, up to `target`. Takes no lock if there is nothing to do. */
export function upgrade(connection: Connection, files: readonly Migration[], options: RunOptions): Run {
  return run(connection, files, options, 'upgrade')
}

/** Undo what is applied, down to `target`. Takes no lock if there is nothing to do. */
export function downgrade(connection: Connection, files: readonly Migration[], options: RunOptions): Run {
  return run(connection, files, options, 'downgrade')
}

function run(connection: Connection, files: readonly Migration[], options: RunOptions, direction: Step['direction']): Run {
  const plan = () => planSteps(connection, files, options.target, direction)
  if (plan().length === 0) return { at: readApplied(connection).at(-1)?.id ?? '(empty)', steps: [], losses: [] }
  // Outside the transaction, where alone it has an effect: with it on, dropping a table empties those that cascade from it.
  connection.exec('PRAGMA foreign_keys = OFF')
  try {
    return inImmediate(connection, options.rehearse ? 'roll back' : 'commit', () => {
      // Read again: another process may have been quicker to the lock.
      const steps = plan()
      const statements = steps.flatMap(({ migration }) => migration[direction])
      const inDanger = options.backUp ? rowsInDanger(connection, statements) : []
      if (inDanger.length > 0) options.backUp?.(inDanger)
      // Counting reads every table, and an upgrade is not expected to lose rows: only a downgrade pays for it.
      const count = direction === 'downgrade' ? countLosses(connection) : undefined
      runSteps(connection, steps, options.progress)
      const losses = count?.(statements) ?? []
      options.accept?.(losses)
      return { at: steps.at(-1)?.to ?? '(empty)', steps, losses }
    })
  } finally {
    connection.exec('PRAGMA foreign_keys = ON')
  }
}

/** What is to be run to bring the database to `target`, after checking that its history is that of the files. */
export function planSteps(connection: Connection, files: readonly Migration[], target: string, direction: Step['direction']): Step[] {
  const applied = inSnapshot(connection, () => {
    const rows = readApplied(connection)
    checkHistory(files, rows)
    if (direction === 'upgrade' && rows.length === 0) checkIsEmpty(connection)
    return rows
  })
  const position = resolveTarget(target, files, applied.length, direction)
  const idAt = (count: number) => files[count - 1]?.id ?? '(empty)'
  if (direction === 'upgrade') {
    return files
      .slice(applied.length, Math.max(position, applied.length))
      .map((migration, index) => ({ direction, from: idAt(applied.length + index), to: migration.id, migration }))
  }
  return files
    .slice(Math.min(position, applied.length), applied.length)
    .reverse()
    .map((migration, index) => ({ direction, from: migration.id, to: idAt(applied.length - index - 1), migration }))
}

/** Tables without a record of migrations were made by other means: running the migrations on top of them must fail. */
function checkIsEmpty(connection: Connection): void {
  const [table] = connection.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('schema_migrations', 'sqlite_sequence')",
  )
  if (!table) return
  throw new DatabaseError(
    'the database has tables, but no record of the migrations that made them',
    'if they are the tables of these migrations:  microblog db stamp head',
  )
}

function runSteps(connection: Connection, steps: readonly Step[], progress: Progress): void {
  const violationsBefore = countViolations(connection)
  connection.exec(createHistory)
  for (const step of steps) {
    progress.started(step)
    const started = performance.now()
    try {
      for (const statement of step.migration[step.direction]) runStatement(connection, step.migration, statement, undone(step))
    } catch (error) {
      progress.failed(step)
      throw error
    }
    const milliseconds = performance.now() - started
    record(connection, step, milliseconds)
    progress.done(step, milliseconds)
  }
  checkViolations(violationsBefore, countViolations(connection))
}

const undone = ({ direction }: Step): string => `the ${direction} was rolled back: the database is as it was`

function record(connection: Connection, { direction, migration }: Step, milliseconds: number): void {
  const { id, name, checksum } = migration
  if (direction === 'downgrade') connection.all('DELETE FROM schema_migrations WHERE id = ? RETURNING id', id)
  else {
    connection.all(
      'INSERT INTO schema_migrations (id, name, checksum, applied_at, duration_ms) VALUES (?, ?, ?, ?, ?) RETURNING id',
      id,
      name,
      checksum,
      new Date().toISOString(),
      Math.round(milliseconds * 1000) / 1000,
    )
  }
}
