import { Command, quiet, yes } from '../../command/command.ts'
import { progressOn, readFiles, silent } from '../../command/migrations.ts'
import type { Context } from '../../context.ts'
import { DatabaseError } from '../../errors.ts'
import type { Loss } from '../../migrate/losses.ts'

interface Options {
  readonly quiet?: boolean
  readonly yes?: boolean
}

export const downgrade = (context: Context) =>
  new Command('downgrade')
    .summary('undo the last migration, or all down to <to>')
    .description('Undo applied migrations down to <to>, in one transaction: all or nothing. Says first how many rows that would lose.')
    .argument('[to]', 'base, 0002, the beginning of a name, -1', '-1')
    .addOption(yes())
    .addOption(quiet())
    .example('microblog db downgrade', 'undo the last migration')
    .example('microblog db downgrade base --yes', 'undo all, whatever is lost')
    .action(async (target: string, options: Options) => {
      const files = await readFiles(context)
      const { downgrade: run } = await import('../../migrate/run.ts')
      const connection = await context.connection('write')
      const rehearsal = run(connection, files, { target, progress: silent, rehearse: true })
      if (rehearsal.steps.length === 0) return context.note(`${context.path} is there already: nothing to do`)
      if (rehearsal.losses.length > 0) await context.confirm(`this loses ${rehearsal.losses.map(describe).join(' and ')}`, options)
      const progress = options.quiet ? silent : progressOn(context)
      run(connection, files, { target, progress, accept: (losses) => refuseMore(rehearsal.losses, losses, options) })
    })

const describe = ({ table, column, rows }: Loss): string =>
  column ? `${rows} value${rows === 1 ? '' : 's'} of ${table}.${column}` : `${rows} row${rows === 1 ? '' : 's'} of ${table}`

/** What was agreed to is what was counted then; somebody may have written since. */
function refuseMore(agreed: readonly Loss[], losses: readonly Loss[], options: Options): void {
  if (options.yes) return
  const total = (all: readonly Loss[]) => all.reduce((sum, { rows }) => sum + rows, 0)
  if (total(losses) > total(agreed)) throw new DatabaseError('more has been written in the meantime: nothing was changed', 'run it again')
}
