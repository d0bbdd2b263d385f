/** The migrator, put to work for the commands: on which database, with which files, and told to the user how. */
import type { Context } from '../context.ts'
import type { Migration } from '../migrate/files.ts'
import type { Progress, Run, Step } from '../migrate/run.ts'

/** The tutorial's words: `Running upgrade 0002 -> 0003, followers ... done (4 ms)`. */
export function progressOn(context: Context): Progress {
  const { stderr } = context.io
  let isLineOpen = false
  return {
    started({ direction, from, to, migration }: Step) {
      stderr.write(`${isLineOpen ? '\n' : ''}Running ${direction} ${from} -> ${to}, ${migration.message} ...`)
      isLineOpen = true
    },
    done(_step: Step, milliseconds: number) {
      stderr.write(` done (${Math.max(1, Math.round(milliseconds))} ms)\n`)
      isLineOpen = false
    },
    failed() {
      if (isLineOpen) stderr.write(' failed\n')
      isLineOpen = false
    },
  }
}

export async function readFiles(context: Context): Promise<Migration[]> {
  const { readMigrations } = await import('../migrate/files.ts')
  return readMigrations(context.migrations)
}

/** Create the database if there is none, and apply what is pending. */
export async function upgradeDatabase(context: Context, options: { readonly target: string; readonly quiet?: boolean }): Promise<Run> {
  // The files and the target first: if they are not in order, no database is created.
  const files = await readFiles(context)
  const { resolveTarget } = await import('../migrate/target.ts')
  if (!context.exists) resolveTarget(options.target, files, 0)
  const { upgrade } = await import('../migrate/run.ts')
  const connection = await context.connection('create')
  const run = upgrade(connection, files, { target: options.target, progress: options.quiet ? silent : progressOn(context) })
  connection.close()
  return run
}

export const silent: Progress = { started() {}, done() {}, failed() {} }
