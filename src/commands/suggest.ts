import { Command } from '../cli/command.ts'
import { chooseFields, chooseFormat, type ListOptions, withListOptions } from '../cli/list-options.ts'
import { oneOf } from '../cli/options.ts'
import { requireUser } from '../cli/require-users.ts'
import { countOfAll } from '../cli/user-list.ts'
import { usingSession } from '../cli/using-session.ts'
import { once, writeList } from '../cli/write-list.ts'
import type { Context } from '../context.ts'
import type { Session } from '../db/engine.ts'
import { countSuggestions, friendsBetween, listSuggestions } from '../models/suggest.ts'
import { userColumns, userFields } from '../models/user-fields.ts'
import type { List, Row } from '../output/format.ts'
import { peek } from '../output/table.ts'

const kind = {
  fields: [...userFields, 'common'],
  defaultFields: ['username'],
  defaultRecordFields: [...userColumns, 'common'],
  sorts: ['common'],
} as const

export const suggest = (context: Context) =>
  withListOptions(new Command('suggest').argument('<user>', 'a username'), kind)
    .summary('friends of friends not yet followed, best first')
    .description('Those who are followed by whom <user> follows, and not yet by <user>: most common friends first, ties by id.')
    .example('microblog suggest alice -n 10', 'the ten best')
    .example('microblog suggest alice -n 10 --fields username,common', 'and how many friends they have in common')
    .example('microblog suggest alice -n 3 | microblog follow alice -', 'take the advice')
    .action((username, options) => list(context, username, options))

async function list(context: Context, username: string, options: ListOptions): Promise<void> {
  const format = chooseFormat(context, options)
  const fields = chooseFields(kind, format, options.fields)
  oneOf('sort key', options.sort ?? 'common', kind.sorts)
  const page = { reverse: options.reverse === true, limit: options.limit ?? 0, offset: options.offset ?? 0 }
  await usingSession(context, 'read', async (session) => {
    const user = await requireUser(session.db, username)
    if (options.count) return context.print(String(await countSuggestions(session.db, user.id, page)))
    const query = listSuggestions(session.db, user.id, fields, page)
    if (options.sql) return context.writeLast(session.sqlText(query))
    const empty = `no suggestions for ${user.username} yet`
    const rows = session.rows(query)
    if (format !== 'table' || !context.io.stdout.isTerminal) return writeList(context, format, { fields, rows }, options, empty)
    const shown = options.fields === undefined ? await listWithFriends(session, user.id, page) : { fields, rows }
    const total = countOfAll(page, () => countSuggestions(session.db, user.id, { reverse: false, limit: 0, offset: 0 }))
    await writeList(context, format, { ...shown, total }, options, empty)
  })
}

/** How many friends are named of those who lead to a suggestion. */
const maxFriends = 3

/** Names with the number of common friends and the first of them; in a list that is too long for a table only names. */
async function listWithFriends(session: Session, userId: number, page: Parameters<typeof listSuggestions>[3]): Promise<List> {
  const { head, isAll, rows } = await peek(session.rows(listSuggestions(session.db, userId, ['username', 'id', 'common'], page)))
  if (!isAll) return { fields: ['username'], rows }
  const described: Row[] = []
  for (const { id, username = '', common } of head) {
    const friends = await friendsBetween(session.db, userId, Number(id), maxFriends).execute()
    const more = Number(common) > friends.length ? ', …' : ''
    described.push({ username, common: Number(common), through: friends.map((friend) => friend.username).join(', ') + more })
  }
  return { fields: ['username', 'common', 'through'], rows: once(described) }
}
