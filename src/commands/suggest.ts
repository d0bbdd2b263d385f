import type { Kysely } from 'kysely'
import { Command, oneOf } from '../command/command.ts'
import { chooseFields, chooseFormat, type ListOptions, withListOptions, writeList } from '../command/list.ts'
import { requireUser } from '../command/people.ts'
import type { Context } from '../context.ts'
import type { Database } from '../models/schema.ts'
import { type Ranking, type Suggestion, suggest as suggestTo } from '../models/suggest.ts'
import { cheapUserFields, rowsOfUsers, type UserField, userFields } from '../models/user-lists.ts'
import type { Row } from '../output/format.ts'

const kind = {
  fields: [...userFields, 'common'],
  bare: ['username'],
  cheap: [...cheapUserFields, 'common'],
  sorts: ['common'],
} as const

export const suggest = (context: Context) =>
  withListOptions(new Command('suggest').summary('friends of friends not yet followed, best first').argument('<user>', 'a username'), kind)
    .description('Those who are followed by whom <user> follows, and not yet by <user>: most common friends first, ties by id.')
    .example('microblog suggest alice -n 10', 'the ten best')
    .example('microblog suggest alice -n 10 --fields username,common', 'and how many friends they have in common')
    .example('microblog suggest alice -n 3 | microblog follow alice -', 'take the advice')
    .action((username: string, options: ListOptions) => list(context, username, options))

async function list(context: Context, username: string, options: ListOptions): Promise<void> {
  const format = chooseFormat(context, options)
  const fields = chooseFields(kind, format, options.fields)
  oneOf('sort key', options.sort ?? 'common', kind.sorts)
  const store = await context.database()
  const user = await requireUser(store.db, username)
  const page = cutRanking(suggestTo(store.graph(), user.id), options)
  if (options.count) return context.print(String(page.length))
  const shown = fields.filter((field): field is UserField => field !== 'common')
  const rows = lookUp(store.db, page, shown)
  await writeList(context, format, { fields, rows }, options, `there is nobody to suggest to ${user.username} yet`)
}

function cutRanking(ranking: Ranking, { reverse = false, offset = 0, limit = 0 }: ListOptions): Suggestion[] {
  const length = Math.max(0, Math.min(limit || ranking.length, ranking.length - offset))
  return Array.from({ length }, (_unused, index) => ranking.at(reverse ? ranking.length - 1 - offset - index : offset + index))
}

/** The users behind the ids, some hundred at a time. */
async function* lookUp(db: Kysely<Database>, suggestions: readonly Suggestion[], fields: readonly UserField[]): AsyncGenerator<Row[]> {
  for (let start = 0; start < suggestions.length; start += 500) {
    const part = suggestions.slice(start, start + 500)
    const rows = await rowsOfUsers(
      db,
      part.map(({ id }) => id),
      fields,
    )
    yield part.map(({ id, common }) => ({ ...rows.get(id), common }))
  }
}
