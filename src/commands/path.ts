import { Command, type OptionsOf } from '../cli/command.ts'
import { chooseFields, chooseFormat, withFormatOptions } from '../cli/list-options.ts'
import { parseCount } from '../cli/options.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import { once, writeList } from '../cli/write-list.ts'
import type { Context } from '../context.ts'
import { shortestPath } from '../models/path.ts'
import { allUsers } from '../models/users.ts'

const kind = { fields: ['username', 'id'], defaultFields: ['username'], defaultRecordFields: ['username', 'id'], sorts: [] } as const

/** Default of `--depth`, in follows. Shortest paths in real networks are shorter. */
const defaultDepth = 20

const declare = () =>
  withFormatOptions(
    new Command('path')
      .summary('a shortest chain of follows; exit 1 if there is none')
      .argument('<from>', 'where the chain begins')
      .argument('<to>', 'where it ends')
      .option('--depth <n>', `at most so many follows (default: ${defaultDepth})`, parseCount),
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
  const depth = options.depth ?? defaultDepth
  const rows = await usingSession(context, 'read', async ({ db }) => {
    const from = await requireUser(db, fromName)
    const to = await requireUser(db, toName)
    const { path, isComplete } = await shortestPath(db, from.id, to.id, depth)
    if (!path) {
      context.exitCode = 1
      const limit = isComplete ? '' : ` of at most ${depth} follows`
      return context.note(`no chain${limit} leads from ${from.username} to ${to.username}`)
    }
    const found = await allUsers(db).where('users.id', 'in', path).select(kind.fields).execute()
    return path.flatMap((id) => found.filter((user) => user.id === id))
  })
  if (!rows) return
  if (format === 'table' && options.fields === undefined) return context.print(rows.map(({ username }) => username).join(' → '))
  await writeList(context, format, { fields, rows: once(rows) }, options, '')
}
