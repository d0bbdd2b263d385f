/** The lists of users: `user list`, `followers` and `following` are one query each, refined and written the same way. */
import type { Context } from '../context.ts'
import type { Store } from '../db/store.ts'
import { highestId } from '../models/page.ts'
import { type Conditions, countRelated, relatedUsers } from '../models/related.ts'
import { cheapUserFields, listNames, listUsers, type UserField, type UserSort, userFields, userSorts } from '../models/user-lists.ts'
import { oneOf } from './command.ts'
import { chooseFields, chooseFormat, type ListKind, type ListOptions, writeBlocks, writeList } from './list.ts'

export const userListKind: ListKind<UserField, UserSort> = {
  fields: userFields,
  bare: ['username'],
  cheap: cheapUserFields,
  sorts: userSorts,
}

/** More names than this are never one text in memory. */
const mostInText = 1_500_000

/** Print the users who meet the conditions, or how many they are. The options are checked before the database is asked. */
export function userList(context: Context, options: ListOptions) {
  const format = chooseFormat(context, options)
  const fields = chooseFields(userListKind, format, options.fields)
  const sort = oneOf('sort key', options.sort ?? 'username', userListKind.sorts)
  const page = { sort, reverse: options.reverse === true, limit: options.limit ?? 0, offset: options.offset ?? 0 }
  const isNames = format === 'plain' && sort === 'username' && fields.join() === 'username'
  return async (store: Store, conditions: Conditions, empty: string): Promise<void> => {
    const { db } = store
    if (options.count) return context.print(String(await countRelated(db, conditions, page)))
    const users = await relatedUsers(db, conditions, page)
    const sentence = page.offset > 0 ? 'the list is shorter than that' : empty
    if (isNames && (page.limit || (await highestId(db, 'users'))) <= mostInText) {
      return writeBlocks(context, store.text(listNames(users, page), options.null ? '\0' : '\n'), sentence)
    }
    await writeList(context, format, { fields, rows: store.rows(listUsers(users, fields, page)) }, options, sentence)
  }
}
