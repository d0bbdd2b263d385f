import { Command } from '../../cli/command.ts'
import { readFiles } from '../../cli/migrator.ts'
import { quiet } from '../../cli/options.ts'
import { usingMigrations } from '../../cli/using-migrations.ts'
import type { Context } from '../../context.ts'
import { resolveTarget } from '../../migrate/target.ts'

export const stamp = (context: Context) =>
  new Command('stamp')
    .summary('record a revision without running anything')
    .description(
      'Record that the database is at <rev>, having checked that its schema is the one that the migrations up to <rev> ' +
        'make. Runs none of them.',
    )
    .argument('<rev>', 'head, base, 0002, the beginning of a name')
    .addOption(quiet())
    .example('microblog db stamp head', 'after the tables were restored from a dump')
    .action(async (revision) => {
      const files = await readFiles(context)
      const { name } = await context.engine()
      const { stamp: record } = await import('../../migrate/stamp.ts')
      await usingMigrations(context, 'write-unmarked', async (connection) => {
        const { length } = await connection.history()
        const upTo = files.slice(0, resolveTarget(revision, files, length))
        const rewritten = await record(connection, upTo)
        await connection.markAsOurs()
        for (const sentence of rewritten) context.note(sentence)
        context.note(`${name} is at ${upTo.at(-1)?.id ?? '(empty)'}`)
      })
    })
