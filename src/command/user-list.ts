/** The lists of users: `user list`, `followers` and `following` are one query each, refined and written the same way. */
import type { Context } from '../context.ts'
import type { Store } from '../db/store.ts'
import type { Users } from '../models/related.ts'
import { cheapUserFields, listNames, listUsers, type UserField, type UserSort, userFields, userSorts } from '../models/user-lists.ts'
import type { UserQuery } from '../models/users.ts'
import { oneOf } from './command.ts'
import { chooseFields, chooseFormat, type ListKind, type ListOptions, writeBlocks, writeList } from './list.ts'

export const userListKind: ListKind<UserField, UserSort> = {
  fields: userFields,
  bare: ['username'],
  cheap: cheapUserFields,
  sorts: userSorts,
}

/** Print the users that a query stands for. The options are checked before the database is asked. */
export function userList(context: Context, options: ListOptions) {
  const format = chooseFormat(context, options)
  const fields = chooseFields(userListKind, format, options.fields)
  const sort = oneOf('sort key', options.sort ?? 'username', userListKind.sorts)
  const page = { sort, reverse: options.reverse === true, limit: options.limit ?? 0, offset: options.offset ?? 0 }
  const isByName = sort === 'username'
  const isText = format === 'plain' && isByName && page.offset === 0 && fields.join() === 'username'
  return {
    page,
    /** If the rows are wanted in the order that the index of usernames has them in. */
    names: isByName ? { rows: page.limit && page.limit + page.offset, reverse: page.reverse } : undefined,
    async print(store: Store, { query, isSorted, rest }: Users, empty: string): Promise<void> {
      const sentence = page.offset > 0 ? 'the list is shorter than that' : empty
      if (!isText) {
        const rows = store.rows(listUsers((page.limit === 0 && rest) || query, fields, page))
        return writeList(context, format, { fields, rows }, options, sentence)
      }
      const names = (of: UserQuery) => (after: string | undefined, rows: number) => listNames(of, page, after, rows)
      const lines = { query: names(query), isSorted, rest: rest && names(rest) }
      return writeBlocks(context, store.text(lines, { end: options.null ? '\0' : '\n', limit: page.limit }), sentence)
    },
  }
}
