import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from '../../cli/command.ts'
import { readFiles } from '../../cli/migrator.ts'
import type { Context } from '../../context.ts'
import { findMigration } from '../../migrate/target.ts'

export const show = (context: Context) =>
  new Command('show')
    .summary('the text of a migration')
    .argument('<rev>', '0002, the beginning of a name, head')
    .example('microblog db show followers', 'what 0003 does, and undoes')
    .action(async (revision) => {
      const engine = await context.engine()
      const { file } = findMigration(revision, await readFiles(context))
      context.write(readFileSync(join(engine.migrationFolder, file)))
    })
