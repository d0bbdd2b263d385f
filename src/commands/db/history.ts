import { Command } from '../../cli/command.ts'
import { readFiles } from '../../cli/migrator.ts'
import { usingMigrations } from '../../cli/using-migrations.ts'
import type { Context } from '../../context.ts'
import { pendingAfter } from '../../migrate/history.ts'
import { jsonText } from '../../output/json.ts'

export const history = (context: Context) =>
  new Command('history')
    .summary('all migrations, newest first, and when each was applied')
    .description(
      'All migrations, newest first: number, name, and when it was applied (UTC) or "pending". Without a database all are pending.',
    )
    .option('--json', 'as JSON, with message, checksum and duration')
    .example('microblog db history', 'what ran, and what will')
    .action(async (options) => {
      const files = await readFiles(context)
      const exists = await (await context.engine()).exists()
      const history = exists ? await usingMigrations(context, 'read', (connection) => connection.history()) : []
      pendingAfter(files, history)
      const applied = new Map(history.map((row) => [row.id, row]))
      const rows = files.toReversed().map(({ id, name, message, checksum }) => {
        const { applied_at = null, duration_ms = null } = applied.get(id) ?? {}
        return { id, name, message, checksum, applied_at, duration_ms }
      })
      if (options.json) return context.print(`[\n  ${rows.map(jsonText).join(',\n  ')}\n]`)
      for (const { id, name, applied_at } of rows) context.print(`${id}\t${name}\t${applied_at ?? 'pending'}`)
    })
