import { Command, yes } from '../../cli/command.ts'
import { printScript, type RunOptions, readFiles, runAndTell, withRunOptions } from '../../cli/migrator.ts'
import type { Context } from '../../context.ts'
import type { Loss } from '../../db/sqlite/losses.ts'
import { DatabaseError } from '../../errors.ts'

interface Options extends RunOptions {
  readonly yes?: boolean
}

export const downgrade = (context: Context) =>
  withRunOptions(new Command('downgrade'))
    .summary('undo the last migration, or all down to <to>')
    .description(
      'Undo applied migrations down to <to>, in one transaction: all or nothing. Says first how many rows that would lose, and asks.',
    )
    .argument('[to]', 'base, 0002, the beginning of a name, -1', '-1')
    .addOption(yes())
    .example('microblog db downgrade', 'undo the last migration')
    .example('microblog db downgrade base --yes', 'undo all, whatever is lost')
    .action((target: string, options: Options) =>
      options.sql ? printScript(context, target, 'downgrade') : undo(context, target, options),
    )

async function undo(context: Context, target: string, options: Options): Promise<void> {
  const files = await readFiles(context)
  const { downgrade: run, silent } = await import('../../migrate/run.ts')
  const connection = await context.connection('write')
  const agreed = options.dryRun ? [] : run(connection, files, { target, progress: silent, rehearse: true }).losses
  if (agreed.length > 0) await context.confirm(`this loses ${agreed.map(describe).join(' and ')}`, options)
  const accept = (losses: readonly Loss[]) => refuseMore(agreed, losses, options)
  const { steps, losses, at } = await runAndTell(context, connection, options, (told) =>
    run(connection, files, { target, accept, ...told }),
  )
  if (steps.length === 0) context.note(`${context.path} is at ${at}, which is ${target} or below it: nothing to do`)
  if (options.dryRun && losses.length > 0) context.note(`it would lose ${losses.map(describe).join(' and ')}`)
}

const describe = ({ table, column, rows }: Loss): string =>
  column ? `${rows} value${rows === 1 ? '' : 's'} of ${table}.${column}` : `${rows} row${rows === 1 ? '' : 's'} of ${table}`

/** What was agreed to is what was counted then; somebody may have written since. */
function refuseMore(agreed: readonly Loss[], losses: readonly Loss[], options: Options): void {
  if (options.yes || options.dryRun) return
  const total = (all: readonly Loss[]) => all.reduce((sum, { rows }) => sum + rows, 0)
  if (total(losses) > total(agreed)) throw new DatabaseError('more has been written in the meantime: nothing was changed', 'run it again')
}
