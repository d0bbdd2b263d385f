import { Command } from '../../cli/command.ts'
import { printScript, upgradeDatabase, withRunOptions } from '../../cli/migrator.ts'
import type { Context } from '../../context.ts'

export const upgrade = (context: Context) =>
  withRunOptions(new Command('upgrade').argument('[to]', 'head, 0002, the beginning of a name, +1', 'head'))
    .summary('create the database or bring it up to date')
    .description(
      'Apply the migrations that are pending, up to <to>, in one transaction: all or nothing. Creates the database if there is none.',
    )
    .example('microblog db upgrade', 'create ./microblog.db, or bring it up to date')
    .example('microblog db upgrade +1', 'apply the next migration only')
    .example('microblog db upgrade --dry-run', 'try it out')
    .action(async (target, options) => {
      if (options.sql) return printScript(context, target, 'upgrade')
      const { steps, at } = await upgradeDatabase(context, target, options)
      if (steps.length > 0) return
      const { name } = await context.engine()
      context.note(`${name} is ${target === 'head' ? 'up to date' : `at ${at}, which is ${target} or past it`}: nothing to do`)
    })
