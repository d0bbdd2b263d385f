import { Command } from '../../cli/command.ts'
import { readFiles } from '../../cli/migrator.ts'
import { usingMigrations } from '../../cli/using-migrations.ts'
import type { Context } from '../../context.ts'
import { checkHistory } from '../../migrate/history.ts'
import { jsonText } from '../../output/json.ts'

export const current = (context: Context) =>
  new Command('current')
    .summary('the revision the database is at')
    .option('--json', 'as JSON')
    .example('microblog db current', '0004 search (head)')
    .action(async (options) => {
      const files = await readFiles(context)
      const applied = await usingMigrations(context, 'read', (connection) => connection.history())
      checkHistory(files, applied)
      const { id = null, name = null } = applied.at(-1) ?? {}
      const isHead = applied.length === files.length
      if (options.json) return context.print(jsonText({ id, name, head: isHead }))
      context.print(id === null ? '(empty)' : `${id} ${name}${isHead ? ' (head)' : ''}`)
    })
