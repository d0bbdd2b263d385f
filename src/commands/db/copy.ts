import { noteDryRun } from '../../cli/change.ts'
import { Command, type OptionsOf } from '../../cli/command.ts'
import { withChangeOptions } from '../../cli/options.ts'
import { Progress } from '../../cli/progress.ts'
import { usingSession } from '../../cli/using-session.ts'
import type { Context } from '../../context.ts'
import type { Session } from '../../db/engine.ts'
import { RefusedError } from '../../errors.ts'
import { allRows, type CopiedTable, copiedTables, insertRows } from '../../models/copies.ts'
import { countAll } from '../../models/stats.ts'
import { plural } from '../../output/graph/graph-format.ts'

const declare = () =>
  withChangeOptions(new Command('copy').argument('<to>', 'another database: a file, or postgres://user@host/name'))
    .summary('copy everything to another, empty database')
    .description(
      'Copy all users, posts and follows, with their ids and passwords, to <to>, in one transaction. It must have been made by ' +
        'db upgrade, and be empty. Ids that were given here are not given there again.',
    )
    .example('microblog --db new.db db upgrade && microblog db copy new.db', 'everything, to a new file')

type Options = OptionsOf<typeof declare>

export const copy = (context: Context) => declare().action((to, options) => copyDatabase(context, to, options))

async function copyDatabase(context: Context, to: string, options: Options): Promise<void> {
  const target = context.withDatabase(to)
  const counts = await usingSession(context, 'read', (source) =>
    usingSession(target, 'write', async (session) => {
      const progress = new Progress(options.quiet ? undefined : context.io.stderr)
      try {
        return await copyAll(source, session, options, (rows, fraction) => progress.reading(rows, fraction))
      } finally {
        progress.end()
      }
    }),
  )
  const [users = 0, posts = 0, follows = 0] = copiedTables.map((table) => counts.get(table) ?? 0)
  context.note(
    `copied to ${(await target.engine()).name}: ${plural(users, 'user')}, ${plural(posts, 'post')}, ${plural(follows, 'follow')}`,
  )
  noteDryRun(context, options)
}

/** Returns how many rows of each table were copied. `onProgress` gets the rows copied so far, and which part of all they are. */
async function copyAll(source: Session, target: Session, options: Options, onProgress: (rows: number, fraction: number) => void) {
  const counts = new Map<CopiedTable, number>()
  for (const table of copiedTables) counts.set(table, await countAll(source.db, table))
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const lastIds = await source.lastIds()
  await target.change(options, async (db) => {
    for (const table of copiedTables)
      if ((await countAll(db, table)) > 0)
        throw new RefusedError('there are rows in the target already: nothing was copied', 'copy into a new database')
    let copied = 0
    for (const table of copiedTables) {
      for await (const rows of source.rows<object>(allRows[table](source.db))) {
        await insertRows(db, table, rows)
        copied += rows.length
        onProgress(copied, copied / total)
      }
      if ((await countAll(db, table)) !== counts.get(table)) throw new Error(`the copy of ${table} has another number of rows`)
    }
    await target.reserveIds(lastIds)
  })
  return counts
}
