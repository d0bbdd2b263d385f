import { Command, quiet } from '../../command/command.ts'
import { upgradeDatabase } from '../../command/migrations.ts'
import type { Context } from '../../context.ts'

export const upgrade = (context: Context) =>
  new Command('upgrade')
    .summary('create the database or bring it up to date')
    .description(
      'Apply the migrations that are pending, up to <to>, in one transaction: all or nothing. Creates the database if there is none.',
    )
    .argument('[to]', 'head, base, 0002, the beginning of a name, +1', 'head')
    .addOption(quiet())
    .example('microblog db upgrade', 'create ./microblog.db, or bring it up to date')
    .example('microblog db upgrade +1', 'apply the next migration only')
    .action(async (target: string, options: { quiet?: boolean }) => {
      const { steps } = await upgradeDatabase(context, { target, ...options })
      if (steps.length > 0) return
      context.note(`${context.path} is ${target === 'head' ? 'up to date' : `at ${target} or past it already`}: nothing to do`)
    })
