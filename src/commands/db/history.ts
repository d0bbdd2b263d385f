import { Command } from '../../command/command.ts'
import { readFiles } from '../../command/migrations.ts'
import type { Context } from '../../context.ts'
import type { AppliedMigration } from '../../migrate/state.ts'

export const history = (context: Context) =>
  new Command('history')
    .summary('all migrations, newest first, and when each was applied')
    .description(
      'All migrations, newest first: number, name, and when it was applied (UTC) or "pending". Without a database all are pending.',
    )
    .example('microblog db history', 'what ran, and what will')
    .action(async () => {
      const files = await readFiles(context)
      const applied = await readHistory(context)
      const { pendingAfter } = await import('../../migrate/state.ts')
      pendingAfter(files, applied)
      const times = new Map(applied.map(({ id, applied_at }) => [id, applied_at]))
      for (const { id, name } of files.toReversed()) context.print(`${id}\t${name}\t${times.get(id) ?? 'pending'}`)
    })

async function readHistory(context: Context): Promise<AppliedMigration[]> {
  const { MissingDatabaseError } = await import('../../db/open.ts')
  const { readApplied } = await import('../../migrate/state.ts')
  try {
    return readApplied(await context.connection('read'))
  } catch (error) {
    if (error instanceof MissingDatabaseError) return []
    throw error
  }
}
