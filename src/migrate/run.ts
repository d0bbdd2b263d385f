/** Runs migrations, all in one transaction. */
import { MicroblogError } from '../errors.ts'
import { atLine, type Migration, type Statement } from './files.ts'
import type { MatchedMigration } from './history.ts'
import type { MigrationConnection } from './migration-connection.ts'
import { checkNewFaults, type Faults } from './new-faults.ts'
import { planRun } from './run-plan.ts'
import type { Direction, Loss, RunPlan, Step } from './step.ts'

/** Called while migrations run. One commit ends the whole run, so the last step is done only after the checks and the commit. */
export interface RunHooks {
  started(step: Step): void
  /** `milliseconds` is how long the step took; for the last one, with the checks of the run and the commit. */
  done(step: Step, milliseconds: number): void
  /** The last step that was started failed; everything is rolled back. */
  failed(step: Step): void
  /** Called under the lock before the first step, if rows are in danger; see `rowsInDanger`. */
  backUp?(inDanger: readonly Loss[]): Promise<void>
  /** Called under the lock, with a sentence for the user about the run. */
  noted?(sentence: string): void
  /** Called just before the commit, with the losses of a downgrade. Throws to roll everything back. */
  accept?(losses: readonly Loss[]): void
}

const noHooks: RunHooks = { started() {}, done() {}, failed() {} }

interface RunRequest {
  readonly direction: Direction
  readonly target: string
  /** Run everything and roll it back: the database file is byte-identical afterwards. */
  readonly rehearse: boolean
}

export interface Run {
  /** The revision that the database is at after the run, or `(empty)`. */
  readonly at: string
  readonly steps: readonly Step[]
  readonly losses: readonly Loss[]
}

/** Apply or undo migrations until the database is at the target. Takes no lock if there is nothing to do. */
export async function run(
  connection: MigrationConnection,
  files: readonly Migration[],
  request: RunRequest,
  hooks: RunHooks = noHooks,
): Promise<Run> {
  const { direction, target, rehearse } = request
  const plan = () => planRun(connection, files, target, direction)
  const planned = await plan()
  if (planned.steps.length === 0 && planned.renumbered.length === 0) return { at: planned.at, steps: [], losses: [] }
  const progress = new Progress(hooks)
  // Plan again under the lock: another process may have migrated in the meantime.
  const work = async () => runPlan(connection, await plan(), hooks, progress)
  const done = await connection.locked(rehearse ? 'roll back' : 'commit', work).catch((error) => {
    progress.fail()
    throw error
  })
  progress.finish()
  return done
}

async function runPlan(connection: MigrationConnection, plan: RunPlan, hooks: RunHooks, progress: Progress): Promise<Run> {
  const { at, steps, renumbered, notes } = plan
  await renumber(connection, renumbered)
  for (const note of notes) hooks.noted?.(note)
  for (const { row, file } of renumbered) hooks.noted?.(`${file.file} was applied as ${row.id}: recorded as ${file.id}`)
  const direction = steps[0]?.direction ?? 'upgrade'
  const statements = steps.flatMap(({ migration }) => migration[direction])
  const inDanger = hooks.backUp ? await connection.rowsInDanger(statements) : []
  if (inDanger.length > 0) await hooks.backUp?.(inDanger)
  // Only for a downgrade: counting reads every table, and an upgrade is not expected to lose rows.
  const count = direction === 'downgrade' ? await connection.countLosses() : undefined
  const before = await readFaults(connection, statements)
  for (const step of steps) await runStep(connection, step, progress)
  const files = steps.map(({ migration }) => migration)
  checkNewFaults(files, before, await readFaults(connection, statements), `the ${direction} was rolled back: the database is as it was`)
  const losses = (await count?.(statements)) ?? []
  hooks.accept?.(losses)
  return { at: steps.at(-1)?.to ?? at, steps, losses }
}

/** Calls `started` and then `done` or `failed` for each step. */
class Progress {
  readonly #hooks: RunHooks
  #current: { readonly step: Step; readonly started: number } | undefined

  constructor(hooks: RunHooks) {
    this.#hooks = hooks
  }

  start(step: Step): void {
    this.finish()
    this.#hooks.started(step)
    this.#current = { step, started: performance.now() }
  }

  finish(): void {
    if (this.#current) this.#hooks.done(this.#current.step, performance.now() - this.#current.started)
    this.#current = undefined
  }

  fail(): void {
    if (this.#current) this.#hooks.failed(this.#current.step)
  }
}

/** Give the rows of `schema_migrations` the numbers of their files. */
async function renumber(connection: MigrationConnection, renumbered: readonly MatchedMigration<Migration>[]): Promise<void> {
  for (const { row } of renumbered) await connection.forget(row.id)
  for (const { row, file } of renumbered) await connection.record({ ...row, id: file.id })
}

async function runStep(connection: MigrationConnection, step: Step, progress: Progress): Promise<void> {
  progress.start(step)
  const started = performance.now()
  for (const statement of step.migration[step.direction]) await runStatement(connection, step, statement)
  await record(connection, step, performance.now() - started)
}

/** What fails now. `statements` decide which search indexes are checked. */
const readFaults = async (connection: MigrationConnection, statements: readonly Statement[]): Promise<Faults> => ({
  foreignKeys: await connection.foreignKeyFaults(),
  compile: await connection.compileFaults(),
  search: await connection.searchFaults(statements),
})

async function runStatement(connection: MigrationConnection, { migration, direction }: Step, statement: Statement): Promise<void> {
  try {
    await connection.run(statement.sql)
  } catch (error) {
    if (!(error instanceof MicroblogError)) throw error
    throw atLine(error, migration, statement, `the ${direction} was rolled back: the database is as it was`)
  }
}

async function record(connection: MigrationConnection, { direction, migration }: Step, milliseconds: number): Promise<void> {
  const { id, name, checksum } = migration
  if (direction === 'downgrade') return connection.forget(id)
  const duration_ms = Math.round(milliseconds * 1000) / 1000
  await connection.record({ id, name, checksum, applied_at: new Date().toISOString(), duration_ms })
}
