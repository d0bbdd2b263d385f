import { Command } from '../../cli/command.ts'
import { tryToReadFiles } from '../../cli/migrator.ts'
import { usingMigrations } from '../../cli/using-migrations.ts'
import type { Context } from '../../context.ts'
import { checkHistory, compareHistory } from '../../migrate/history.ts'
import { jsonText } from '../../output/json.ts'
import { safeText } from '../../output/safe-text.ts'

export const current = (context: Context) =>
  new Command('current')
    .alias('status')
    .summary('the revision the database is at')
    .option('--json', 'as JSON')
    .example('microblog db current', '0004 search (head)')
    .action(async (options) => {
      const { files, fault } = await tryToReadFiles(context)
      const applied = await usingMigrations(context, 'read', (connection) => connection.history())
      const { applied: known, pending, missing } = compareHistory(files, applied)
      const inOrder = [...known.map(({ file }) => file), ...missing].sort((a, b) => (a.id < b.id ? -1 : 1))
      const { id = null, name = null } = inOrder.at(-1) ?? {}
      const isHead = !fault && pending.length === 0 && missing.length === 0
      if (options.json) context.print(jsonText({ id, name, head: isHead, pending: pending.length }))
      else context.print(id === null ? '(empty)' : `${safeText(`${id} ${name}`)}${isHead ? ' (head)' : ''}`)
      if (fault) throw fault
      checkHistory(files, applied)
      if (!isHead) context.note(`${pending.length} pending: microblog db history lists them, microblog db upgrade applies them`)
    })
