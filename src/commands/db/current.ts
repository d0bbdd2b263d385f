import { Command } from '../../command/command.ts'
import { readFiles } from '../../command/migrations.ts'
import type { Context } from '../../context.ts'

export const current = (context: Context) =>
  new Command('current')
    .summary('the revision the database is at')
    .example('microblog db current', '0003 followers (head)')
    .action(async () => {
      const files = await readFiles(context)
      const { checkHistory, readApplied } = await import('../../migrate/state.ts')
      const applied = readApplied(await context.connection('read'))
      checkHistory(files, applied)
      const last = applied.at(-1)
      if (!last) return context.print('(empty)')
      context.print(`${last.id} ${last.name}${applied.length === files.length ? ' (head)' : ''}`)
    })
