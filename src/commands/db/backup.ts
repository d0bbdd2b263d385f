import { Command } from '../../cli/command.ts'
import { quiet } from '../../cli/options.ts'
import { withHints } from '../../cli/using.ts'
import type { Context } from '../../context.ts'

export const backup = (context: Context) =>
  new Command('backup')
    .summary('copy the database while it is in use')
    .description('Copy the database to <file>, which must not exist, and check the copy. Readers and writers go on meanwhile.')
    .argument('<file>', 'where the copy goes')
    .addOption(quiet())
    .example('microblog db backup copy.db', 'a copy, made and checked while others write')
    .action(async (file, options) => {
      const engine = await context.engine()
      await withHints(context, () => engine.backUp(file))
      if (!options.quiet) context.print(file)
    })
