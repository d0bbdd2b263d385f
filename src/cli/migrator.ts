/** Runs the migrator for the db commands: opens the database, reads the migration files, prints the log. */
import type { OptionValues } from '@commander-js/extra-typings'
import type { Context } from '../context.ts'
import { MicroblogError } from '../errors.ts'
import type { Migration } from '../migrate/files.ts'
import type { AppliedMigration } from '../migrate/history.ts'
import type { Backup, MigrationConnection } from '../migrate/migration-connection.ts'
import type { Run, RunHooks } from '../migrate/run.ts'
import type { Direction, Loss, RunPlan } from '../migrate/step.ts'
import { jsonText } from '../output/json.ts'
import type { CommandBuilder, NoOptions, OptionsOf } from './command.ts'
import { quiet } from './options.ts'
import { using, withHints } from './using.ts'
import { usingMigrations } from './using-migrations.ts'

/** Add the options that upgrade and downgrade share. */
export const withRunOptions = <Args extends unknown[], Opts extends OptionValues>(command: CommandBuilder<Args, Opts>) =>
  command
    .option('--dry-run', 'run everything, say what happened, and roll it back')
    .option('--sql', 'only print the SQL, from the current revision')
    .option('--json', 'print the steps as JSON')
    .option('--no-backup', 'no backup before a step that drops, rebuilds or changes a table with rows')
    .addOption(quiet())

type RunOptions = OptionsOf<typeof withRunOptions<[], NoOptions>>

/** The migration files of the database's engine, see `Engine.migrations`. */
export const readFiles = (context: Context, applied?: readonly AppliedMigration[]): Promise<readonly Migration[]> =>
  withHints(context, async () => (await context.engine()).migrations(applied))

/** The migration files, or none and what is wrong with them, to be thrown when what the database records has been printed. */
export async function tryToReadFiles(context: Context): Promise<{ files: readonly Migration[]; fault?: MicroblogError }> {
  try {
    return { files: await readFiles(context) }
  } catch (error) {
    if (error instanceof MicroblogError) return { files: [], fault: error }
    throw error
  }
}

/** Create the database if it does not exist, and apply the pending migrations. */
export async function upgradeDatabase(context: Context, target: string, options: RunOptions): Promise<Run> {
  const engine = await context.engine()
  const { planRun } = await import('../migrate/run-plan.ts')
  const upgrade = (connection: MigrationConnection, files: readonly Migration[]) =>
    runWithLog(context, connection, files, { direction: 'upgrade', target }, options)
  const finishIfAtTarget = async (connection: MigrationConnection) => {
    const files = await readFiles(context, await connection.history())
    const { steps, renumbered } = await planRun(connection, files, target, 'upgrade')
    return steps.length + renumbered.length === 0 && upgrade(connection, files)
  }
  const exists = await withHints(context, () => engine.exists())
  // With nothing to do, the database need not be writable.
  const unchanged = exists && (await usingMigrations(context, 'read', finishIfAtTarget))
  if (unchanged) return unchanged
  // Check the files and the target first, so that an error in them does not leave a new database behind.
  const files = await readFiles(context)
  const { resolveTarget } = await import('../migrate/target.ts')
  if (!exists) resolveTarget(target, files, 0)
  const work = (connection: MigrationConnection) => upgrade(connection, files)
  // A dry run must not create the database, so it runs on an empty scratch database.
  if (options.dryRun && !exists) return using(await engine.scratch(), work)
  return usingMigrations(context, options.dryRun ? 'write' : 'create', work)
}

interface LoggedRun {
  readonly direction: Direction
  readonly target: string
  readonly accept?: (losses: readonly Loss[]) => void
}

/** Run migrations, print the log, and back up before a step that may lose rows. If the run fails, its backups are discarded. */
export async function runWithLog(
  context: Context,
  connection: MigrationConnection,
  files: readonly Migration[],
  { direction, target, accept }: LoggedRun,
  options: RunOptions,
): Promise<Run> {
  const { run } = await import('../migrate/run.ts')
  const backups: Backup[] = []
  const log = createLog(context, options)
  const backUp = async (inDanger: readonly Loss[]) => {
    const backup = await connection.backUp()
    backups.push(backup)
    context.note(`Backed up to ${backup.file}, because rows are rebuilt, changed or dropped: ${inDanger.map(describeLoss).join(', ')}`)
  }
  const needsBackup = options.backup !== false && !options.dryRun
  const hooks = { ...log, ...(accept && { accept }), ...(needsBackup && { backUp }) }
  const done = await run(connection, files, { direction, target, rehearse: options.dryRun === true }, hooks).catch(async (error) => {
    for (const backup of backups) {
      await backup.discard()
      context.note(`Removed the backup ${backup.file}: nothing was changed`)
    }
    throw error
  })
  for (const backup of backups) await backup.prune()
  if (options.dryRun && done.steps.length > 0) context.note('dry run: everything was rolled back')
  if (options.json) context.print(jsonText(log.finished))
  return done
}

/** Print the SQL of a run instead of running it. */
export async function printScript(context: Context, target: string, direction: Direction): Promise<void> {
  const engine = await context.engine()
  const files = await readFiles(context)
  const { planRun } = await import('../migrate/run-plan.ts')
  const exists = await withHints(context, () => engine.exists())
  const print = async (connection: MigrationConnection) => {
    const plan = await planRun(connection, files, target, direction)
    const relation = direction === 'upgrade' ? 'past' : 'below'
    if (plan.steps.length + plan.renumbered.length === 0)
      return context.note(`${engine.name} is at ${target} or ${relation} it: nothing to do`)
    for (const note of plan.notes) context.note(note)
    await warnIfFailing(context, files, plan)
    const { sql, howToRun } = await connection.script(plan, !exists)
    context.note(`note: ${howToRun}`)
    context.write(sql)
  }
  await (exists ? usingMigrations(context, 'read', print) : using(await engine.scratch(), print))
}

/** Run the steps on an empty database, and warn if that fails: a script cannot check all that the migrator does. */
async function warnIfFailing(context: Context, files: readonly Migration[], { at, steps }: RunPlan): Promise<void> {
  const last = steps.at(-1)
  if (!last) return
  const { run } = await import('../migrate/run.ts')
  try {
    await using(await (await context.engine()).scratch(), async (scratch) => {
      const go = (direction: Direction, target: string) => run(scratch, files, { direction, target, rehearse: false })
      await go('upgrade', last.direction === 'upgrade' ? last.to : at)
      if (last.direction === 'downgrade') await go('downgrade', last.to === '(empty)' ? 'base' : last.to)
    })
  } catch (error) {
    if (!(error instanceof MicroblogError)) throw error
    context.note(`warning: on an empty database this fails: ${error.message}`)
  }
}

const describeLoss = ({ table, rows }: Loss): string => `${table} (${rows.toLocaleString('en')} row${rows === 1 ? '' : 's'})`

interface FinishedStep {
  readonly direction: Direction
  readonly from: string
  readonly to: string
  readonly name: string
  readonly milliseconds: number
}

interface Log extends RunHooks {
  readonly finished: readonly FinishedStep[]
}

/** Log lines like those of Alembic: `Running upgrade 0002 -> 0003, followers ... done (4 ms)`. */
function createLog(context: Context, options: RunOptions): Log {
  const write = (text: string) => {
    if (!options.quiet) context.write(text, context.io.stderr)
  }
  const finished: FinishedStep[] = []
  return {
    finished,
    started({ direction, from, to, migration }) {
      write(`Running ${direction} ${from} -> ${to}, ${migration.message} ...`)
    },
    done({ direction, from, to, migration }, milliseconds) {
      finished.push({ direction, from, to, name: migration.name, milliseconds: Math.round(milliseconds * 1000) / 1000 })
      write(` done (${Math.max(1, Math.round(milliseconds))} ms)\n`)
    },
    failed: () => write(' failed\n'),
    noted: (sentence) => context.note(sentence),
  }
}
