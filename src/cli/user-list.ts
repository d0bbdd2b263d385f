/** Lists of users. `user list`, `followers` and `following` differ in their conditions and share sorting, paging and output. */
import type { Context } from '../context.ts'
import type { Session } from '../db/engine.ts'
import { highestId, type Page } from '../models/page.ts'
import { type Conditions, countRelated, isLong, relatedUsers, usernameScan } from '../models/related.ts'
import { listNames, listUsers, type UserField, type UserSort, userColumns, userFields, userSorts } from '../models/user-fields.ts'
import { allUsers, type UserQuery } from '../models/users.ts'
import type { List } from '../output/format.ts'
import { peek } from '../output/table.ts'
import { chooseFields, chooseFormat, type ListKind, type ListOptions } from './list-options.ts'
import { oneOf } from './options.ts'
import { writeBlocks, writeList } from './write-list.ts'

export const userListKind: ListKind<UserField, UserSort> = {
  fields: userFields,
  defaultFields: ['username'],
  defaultRecordFields: userColumns,
  sorts: userSorts,
}

/** Check the options and return a function that prints the users who meet the conditions, or their number. @throws UsageError */
export function userList(context: Context, options: ListOptions) {
  const format = chooseFormat(context, options)
  const fields = chooseFields(userListKind, format, options.fields)
  const sort = oneOf('sort key', options.sort ?? 'username', userListKind.sorts)
  const page = { sort, reverse: options.reverse === true, limit: options.limit ?? 0, offset: options.offset ?? 0 }
  const isNamesOnly = format === 'plain' && sort === 'username' && fields.join() === 'username'
  const isForPeople = format === 'table' && context.io.stdout.isTerminal
  const hasCounts = isForPeople && options.fields === undefined
  return async (session: Session, conditions: Conditions, empty: string): Promise<void> => {
    const { db } = session
    if (options.count) return context.print(String(await countRelated(db, conditions, page)))
    const users = await relatedUsers(db, conditions, page)
    const query = listUsers(users, fields, page)
    if (options.sql) return context.writeLast(session.sqlText(query))
    const emptyMessage = page.offset > 0 ? '--offset is past the end of the list' : empty
    if (isNamesOnly) return writeBlocks(context, nameBlocks(session, conditions, users, page, options.null ? '\0' : '\n'), emptyMessage)
    const list = hasCounts ? await listWithCounts(session, users, page) : { fields, rows: session.rows(query) }
    const total = isForPeople && { total: countOfAll(page, () => countRelated(db, conditions, { limit: 0, offset: 0 })) }
    await writeList(context, format, { ...list, ...total }, options, emptyMessage)
  }
}

/** Returns the function that counts all rows of a list, of which a page was printed. A page that is not full is the last one. */
export const countOfAll =
  ({ limit, offset }: Pick<Page<string>, 'limit' | 'offset'>, countAll: () => Promise<number>) =>
  (printed: number): Promise<number> =>
    limit === 0 || printed < limit ? Promise.resolve(offset + printed) : countAll()

/** Names with the counts of each user; in a list that is too long for a table only names. */
async function listWithCounts(session: Session, users: UserQuery, page: Page<UserSort>): Promise<List> {
  const { head, isAll, rows } = await peek(session.rows(listUsers(users, ['username', 'id'], page)))
  if (!isAll || head.length === 0) return { fields: ['username'], rows }
  const shown = allUsers(session.db).where(
    'users.id',
    'in',
    head.map(({ id }) => Number(id)),
  )
  const fields = ['username', 'followers', 'following', 'posts'] as const
  return { fields, rows: session.rows(listUsers(shown, fields, { ...page, limit: 0, offset: 0 })) }
}

/**
 * Rows of the first pages of a long list. They are read in index order, without a sort, so that `head` gets its rows and closes the pipe
 * before the rest is sorted (0.5 s per million rows).
 */
const firstLimits = [200, 800, 3_000]

/** The usernames as blocks of text, each name followed by `end`. */
async function* nameBlocks(session: Session, conditions: Conditions, users: UserQuery, page: Page<string>, end: string) {
  const { db } = session
  const isAll = page.limit === 0 && page.offset === 0
  let after: string | undefined
  const remaining = (query: UserQuery) => (after === undefined ? query : query.where('users.username', page.reverse ? '<' : '>', after))
  for (const limit of isAll && (await isLong(db, conditions)) ? firstLimits : []) {
    const names = await listNames(remaining(usernameScan(db, conditions)), { ...page, limit }).execute()
    yield names.map(({ line }) => line + end).join('')
    after = names.at(-1)?.line ?? after
  }
  let isEmpty = true
  for await (const block of session.text(listNames(remaining(users), page), end, async () => page.limit || highestId(db, 'users'))) {
    isEmpty = false
    yield block
  }
  if (!isEmpty) yield end
}
