import { Command } from '../cli/command.ts'
import { chooseFields, chooseFormat, type ListOptions, withListOptions } from '../cli/list-options.ts'
import { oneOf } from '../cli/options.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import { writeList } from '../cli/write-list.ts'
import type { Context } from '../context.ts'
import { countSuggestions, listSuggestions } from '../models/suggest.ts'
import { userColumns, userFields } from '../models/user-fields.ts'

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
    if (options.sql) return context.write(session.sqlText(query))
    const rows = session.rows(query)
    await writeList(context, format, { fields, rows }, options, `no suggestions for ${user.username} yet`)
  })
}
