import { Command, type OptionsOf } from '../../cli/command.ts'
import { printScript, readFiles, runWithLog, withRunOptions } from '../../cli/migrator.ts'
import { yes } from '../../cli/options.ts'
import { usingMigrations } from '../../cli/using-migrations.ts'
import type { Context } from '../../context.ts'
import { DatabaseError } from '../../errors.ts'
import type { Migration } from '../../migrate/files.ts'
import type { MigrationConnection } from '../../migrate/migration-connection.ts'
import type { Loss } from '../../migrate/step.ts'

const declare = () =>
  withRunOptions(new Command('downgrade').argument('[to]', 'base, 0002, the beginning of a name, -1', '-1'))
    .summary('undo the last migration, or all down to <to>')
    .description(
      'Undo applied migrations down to <to>, in one transaction: all or nothing. Says first how many rows that would lose, and asks.',
    )
    .addOption(yes())
    .example('microblog db downgrade', 'undo the last migration')
    .example('microblog db downgrade base --yes', 'undo all, whatever is lost')

type Options = OptionsOf<typeof declare>

export const downgrade = (context: Context) =>
  declare().action((target, options) => (options.sql ? printScript(context, target, 'downgrade') : undo(context, target, options)))

async function undo(context: Context, target: string, options: Options): Promise<void> {
  const files = await readFiles(context)
  const { name } = await context.engine()
  await usingMigrations(context, 'write', async (connection) => {
    const confirmed = options.dryRun ? [] : await rehearse(connection, files, target)
    if (confirmed.length > 0) await context.confirm(`this loses ${confirmed.map(describe).join(' and ')}`, options)
    const accept = (losses: readonly Loss[]) => checkLosses(confirmed, losses, options)
    const { steps, losses, at } = await runWithLog(context, connection, files, { direction: 'downgrade', target, accept }, options)
    if (steps.length === 0) context.note(`${name} is at ${at}, which is ${target} or below it: nothing to do`)
    if (options.dryRun && losses.length > 0) context.note(`it would lose ${losses.map(describe).join(' and ')}`)
  })
}

/** Run the downgrade and roll it back. Returns what it would lose. */
async function rehearse(connection: MigrationConnection, files: readonly Migration[], target: string): Promise<readonly Loss[]> {
  const { run } = await import('../../migrate/run.ts')
  return (await run(connection, files, { direction: 'downgrade', target, rehearse: true })).losses
}

const describe = ({ table, column, rows }: Loss): string =>
  column ? `${rows} value${rows === 1 ? '' : 's'} of ${table}.${column}` : `${rows} row${rows === 1 ? '' : 's'} of ${table}`

/** @throws DatabaseError, if another process has written rows since the confirmation, so that more would be lost. */
function checkLosses(confirmed: readonly Loss[], losses: readonly Loss[], options: Options): void {
  if (options.yes || options.dryRun) return
  const total = (all: readonly Loss[]) => all.reduce((sum, { rows }) => sum + rows, 0)
  if (total(losses) > total(confirmed))
    throw new DatabaseError('the downgrade would now lose more than you confirmed: nothing was changed', 'run it again')
}
