import type { Kysely } from 'kysely'
import { Command, type OptionsOf } from '../cli/command.ts'
import { chooseFields, chooseFormat, withFormatOptions } from '../cli/list-options.ts'
import { parseCount } from '../cli/options.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import { once, writeList } from '../cli/write-list.ts'
import type { Context } from '../context.ts'
import { inBatches } from '../models/batches.ts'
import { shortestPath } from '../models/path.ts'
import type { Database } from '../models/schema.ts'
import { allUsers } from '../models/users.ts'

const kind = { fields: ['username', 'id'], defaultFields: ['username'], defaultRecordFields: ['username', 'id'], sorts: [] } as const

const declare = () =>
  withFormatOptions(
    new Command('path')
      .summary('a shortest chain of follows; exit 1 if there is none')
      .argument('<from>', 'where the chain begins')
      .argument('<to>', 'where it ends')
      .option('--depth <n>', 'at most so many follows', parseCount),
    kind.fields,
  )
    .description('A shortest chain of follows from one user to another: each follows the next. Exit 1 if there is none.')
    .example('microblog path alice carol', 'one username a line')
    .example('microblog path alice carol --depth 3', 'if it takes no more than three follows')

type Options = OptionsOf<typeof declare>

export const path = (context: Context) => declare().action((from, to, options) => show(context, from, to, options))

async function show(context: Context, fromName: string, toName: string, options: Options): Promise<void> {
  context.isPredicate = true
  const format = chooseFormat(context, options)
  const fields = chooseFields(kind, format, options.fields)
  const depth = options.depth ?? Number.POSITIVE_INFINITY
  const rows = await usingSession(context, 'read', async ({ db }) => {
    const from = await requireUser(db, fromName)
    const to = await requireUser(db, toName)
    const { path, isComplete } = await shortestPath(db, from.id, to.id, depth)
    if (!path) {
      context.exitCode = 1
      const limit = isComplete ? '' : ` of at most ${depth} follows`
      return context.note(`no chain${limit} leads from ${from.username} to ${to.username}`)
    }
    return usersInOrder(db, path)
  })
  if (!rows) return
  if (format === 'table' && options.fields === undefined) return context.print(rows.map(({ username }) => username).join(' → '))
  await writeList(context, format, { fields, rows: once(rows) }, options, '')
}

async function usersInOrder(db: Kysely<Database>, ids: readonly number[]) {
  const found = new Map<number, { id: number; username: string }>()
  for (const batch of inBatches(ids)) {
    const users = await allUsers(db).where('users.id', 'in', batch).select(kind.fields).execute()
    for (const user of users) found.set(user.id, user)
  }
  return ids.flatMap((id) => found.get(id) ?? [])
}
