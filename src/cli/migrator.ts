/** The migrator, put to work for the commands: on which database, with which files, and told to the user how. */
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context } from '../context.ts'
import type { Connection } from '../db/sqlite/connection.ts'
import type { Loss } from '../db/sqlite/losses.ts'
import { RefusedError, UsageError } from '../errors.ts'
import type { Migration } from '../migrate/files.ts'
import type { Progress, Run, Step } from '../migrate/run.ts'
import { jsonText } from '../output/json.ts'
import { type Command, quiet } from './command.ts'

/** The options that upgrade and downgrade share, as Commander hands them over. */
export interface RunOptions {
  readonly backup?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
  readonly sql?: boolean
}

export function withRunOptions(command: Command): Command {
  return command
    .option('--dry-run', 'run everything, say what happened, and roll it back')
    .option('--sql', 'only print the SQL, from where the database stands')
    .option('--json', 'print the steps as JSON')
    .option('--no-backup', 'no backup before a step that drops, rebuilds or changes a table with rows')
    .addOption(quiet())
}

export async function readFiles(context: Context): Promise<Migration[]> {
  const { readMigrations } = await import('../migrate/files.ts')
  return readMigrations(context.migrations)
}

/** Create the database if there is none, and apply what is pending. */
export async function upgradeDatabase(context: Context, target: string, options: RunOptions): Promise<Run> {
  // The files and the target first: if they are not in order, no database is created.
  const files = await readFiles(context)
  const { resolveTarget } = await import('../migrate/target.ts')
  if (!context.exists) resolveTarget(target, files, 0)
  const { upgrade } = await import('../migrate/run.ts')
  const connection = await connectionFor(context, options, 'create')
  return runAndTell(context, connection, options, (more) => upgrade(connection, files, { target, ...more }))
}

/** A rehearsal of what a missing database would go through takes place in memory. */
async function connectionFor(context: Context, options: RunOptions, use: 'create' | 'write'): Promise<Connection> {
  if (!options.dryRun || context.exists) return context.connection(options.dryRun ? 'write' : use)
  const openMemory = await context.memory()
  return openMemory()
}

type Told = Pick<Parameters<typeof import('../migrate/run.ts').upgrade>[2], 'progress' | 'rehearse' | 'backUp'>

/** Run migrations with the log lines, backups and summary that both directions share. */
export async function runAndTell(context: Context, connection: Connection, options: RunOptions, run: (told: Told) => Run): Promise<Run> {
  const progress = progressOn(context, options)
  const backups = options.backup === false || options.dryRun ? undefined : await backupsOf(context)
  try {
    const done = run({ progress, rehearse: options.dryRun === true, ...(backups && { backUp: backups.backUp }) })
    backups?.settle()
    if (options.dryRun && done.steps.length > 0) context.note('dry run: everything was rolled back')
    if (options.json) context.print(jsonText(progress.finished))
    return done
  } catch (error) {
    backups?.discard()
    throw error
  } finally {
    connection.close()
  }
}

/** Print the script of `steps`. A script for a database that is yet to be made makes it one of ours. */
export async function printScript(context: Context, target: string, direction: Step['direction']): Promise<void> {
  const files = await readFiles(context)
  const { planSteps } = await import('../migrate/run.ts')
  const { renderScript } = await import('../db/sqlite/script.ts')
  const { claimSql } = await import('../db/sqlite/open.ts')
  const openMemory = await context.memory()
  const connection = context.exists ? await context.connection('read') : openMemory()
  const steps = planSteps(connection, files, target, direction)
  context.io.stdout.write(renderScript(steps, context.exists ? [] : claimSql))
}

/** The backup of one run: made if rows are in danger, taken back if the run is rolled back. */
async function backupsOf(context: Context) {
  const { backUpBeside } = await import('../db/sqlite/backup.ts')
  const made: ReturnType<typeof backUpBeside>[] = []
  return {
    backUp(inDanger: readonly Loss[]) {
      const backup = backUpBeside(context.path, new Date())
      made.push(backup)
      context.note(`Backed up to ${backup.file}, because rows are in danger: ${inDanger.map(describe).join(', ')}`)
    },
    settle: () => made.forEach((backup) => void backup.settle()),
    discard: () => made.forEach((backup) => void backup.discard()),
  }
}

const describe = ({ table, rows }: Loss): string => `${table} (${rows.toLocaleString('en')} row${rows === 1 ? '' : 's'})`

interface LoggedProgress extends Progress {
  /** What has run so far. */
  readonly finished: { direction: string; from: string; to: string; name: string; milliseconds: number }[]
}

/** The tutorial's words: `Running upgrade 0002 -> 0003, followers ... done (4 ms)`. */
function progressOn(context: Context, options: RunOptions): LoggedProgress {
  const write = (text: string) => (options.quiet ? undefined : context.io.stderr.write(text))
  const finished: LoggedProgress['finished'] = []
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
  }
}

/** Migrations are written in a checkout; in an installed package they would be lost with its next version. */
export function checkIsCheckout(context: Context): void {
  if (!/[\\/]node_modules[\\/]/.test(context.migrations)) return
  throw new UsageError(
    'migrations are written in a checkout of microblog, not in an installed package',
    `this one is in ${context.migrations}`,
  )
}

/** The declared schema is that of the build: an older one would not see what was declared since. */
export function checkBuild(context: Context): void {
  const built = fileURLToPath(import.meta.url)
  const source = join(dirname(context.migrations), 'src/models/schema.ts')
  if (basename(dirname(built)) !== 'dist' || !existsSync(source)) return
  if (statSync(source).mtimeMs > statSync(built).mtimeMs)
    throw new RefusedError('src/models/schema.ts is newer than the build', 'npm run build')
}

/** Write the next numbered file and return its path as seen from the current folder. @throws UsageError, if the message has no word in it. */
export async function writeMigration(context: Context, files: readonly Migration[], message: string, text: string): Promise<string> {
  const { createMigrationFile } = await import('../migrate/new-file.ts')
  return relative('', createMigrationFile(context.migrations, files, message, text))
}
