import { Command } from '../../cli/command.ts'
import { checkIsCheckout, readPrecedingFiles, writeMigration } from '../../cli/new-migration.ts'
import type { Context } from '../../context.ts'

export const revision = (context: Context) =>
  new Command('revision')
    .summary('write an empty migration, to be filled in by hand')
    .requiredOption('-m, --message <message>', 'what changes; names the file')
    .example('microblog db revision -m "fill in languages"', 'writes the next file of migrations/')
    .action(async ({ message }) => {
      checkIsCheckout(context)
      // Refuse to add a file to a folder whose files have faults.
      await readPrecedingFiles(context)
      context.print(await writeMigration(context, undefined, { message, upgrade: [], downgrade: [] }))
    })
