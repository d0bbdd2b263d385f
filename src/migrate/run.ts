/** Runs migrations, all in one transaction. */
import { MicroblogError, RefusedError } from '../errors.ts'
import { atLine, type Migration, type Statement } from './files.ts'
import type { Known } from './history.ts'
import type { MigrationConnection } from './migration-connection.ts'
import { planRun } from './run-plan.ts'
import type { Direction, Loss, Step } from './step.ts'

/** Called while migrations run. A step that is done is committed only when the whole run returns. */
export interface RunHooks {
  started(step: Step): void
  /** `milliseconds` is how long the step took. */
  done(step: Step, milliseconds: number): void
  /** The last step that was started failed; everything is rolled back. */
  failed(step: Step): void
  /** Called under the lock before the first step, if rows are in danger; see `rowsInDanger`. */
  backUp?(inDanger: readonly Loss[]): Promise<void>
  /** Called under the lock, with what a person should know about the run. */
  noted?(sentence: string): void
  /** Called just before the commit, with what a downgrade deleted. Throws to roll everything back. */
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
  return connection.locked(rehearse ? 'roll back' : 'commit', async () => {
    // Plan again under the lock: another process may have migrated in the meantime.
    const { steps, renumbered, notes } = await plan()
    await renumber(connection, renumbered)
    for (const note of notes) hooks.noted?.(note)
    for (const { row, file } of renumbered) hooks.noted?.(`${file.file} was applied as ${row.id}: recorded as ${file.id}`)
    const statements = steps.flatMap(({ migration }) => migration[direction])
    const inDanger = hooks.backUp ? await connection.rowsInDanger(statements) : []
    if (inDanger.length > 0) await hooks.backUp?.(inDanger)
    // Only for a downgrade: counting reads every table, and an upgrade is not expected to lose rows.
    const count = direction === 'downgrade' ? await connection.countLosses() : undefined
    await runSteps(connection, steps, hooks)
    const losses = (await count?.(statements)) ?? []
    hooks.accept?.(losses)
    return { at: steps.at(-1)?.to ?? planned.at, steps, losses }
  })
}

/** Give the rows of `schema_migrations` the numbers of their files. */
async function renumber(connection: MigrationConnection, renumbered: readonly Known<Migration>[]): Promise<void> {
  for (const { row } of renumbered) await connection.forget(row.id)
  for (const { row, file } of renumbered) await connection.record({ ...row, id: file.id })
}

async function runSteps(connection: MigrationConnection, steps: readonly Step[], hooks: RunHooks): Promise<void> {
  const before = await connection.foreignKeyFaults()
  for (const step of steps) {
    hooks.started(step)
    const started = performance.now()
    try {
      for (const statement of step.migration[step.direction]) await runStatement(connection, step, statement)
    } catch (error) {
      hooks.failed(step)
      throw error
    }
    const milliseconds = performance.now() - started
    await record(connection, step, milliseconds)
    hooks.done(step, milliseconds)
  }
  checkForeignKeys(before, await connection.foreignKeyFaults())
}

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

/** @throws RefusedError, if there are dangling references that were not there before. */
function checkForeignKeys(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
  const [first, ...others] = [...after].filter(([key, count]) => count > (before.get(key) ?? 0))
  if (!first) return
  const more = others.length === 0 ? '' : `, and ${others.length} more like it`
  throw new RefusedError(`a foreign key would be broken: ${first[0]}${more}`, 'everything was rolled back: the database is as it was')
}
