/** The fields that a list of users can show, and its sort keys. */
import type { ExpressionBuilder, SelectQueryBuilder } from 'kysely'
import { type Page, paginate } from './page.ts'
import type { Database } from './schema.ts'
import type { UserQuery } from './users.ts'

/** All fields, in the order in which the help of `--fields` lists them. `password_hash` is never one. */
export const userFields = ['username', 'email', 'id', 'followers', 'following', 'posts'] as const
export type UserField = (typeof userFields)[number]

/** The fields that are columns of `users` and need no count. */
export const userColumns = ['username', 'email', 'id'] as const satisfies readonly UserField[]

/** No nullable field: engines sort NULLs differently. */
export const userSorts = ['username', 'id', 'followers', 'following', 'posts'] as const satisfies readonly UserField[]
export type UserSort = (typeof userSorts)[number]

type UserRow = Partial<Record<UserField, string | number | null>>

/** The users of `query` with the chosen fields, sorted and paginated. Ties are in ascending order by username. Names sort bytewise. */
export function listUsers(
  query: UserQuery,
  fields: readonly UserField[],
  page: Page<UserSort>,
): SelectQueryBuilder<Database, 'users', UserRow> {
  const direction = page.reverse ? 'desc' : 'asc'
  const sorted = query
    .select((eb) => [...new Set(fields)].map((field) => selectField(eb, field)))
    .orderBy((eb) => sortKey(eb, page.sort), direction)
    .$if(page.sort !== 'username', (q) => q.orderBy('users.username'))
  return paginate(sorted, page)
}

/** Only the usernames of `query`, as `line`, sorted and paginated. */
export const listNames = (query: UserQuery, page: Omit<Page<string>, 'sort'>) =>
  paginate(query.select('users.username as line').orderBy('users.username', page.reverse ? 'desc' : 'asc'), page)

type Expressions = ExpressionBuilder<Database, 'users'>

function sortKey(eb: Expressions, sort: UserSort) {
  return sort === 'username' || sort === 'id' ? eb.ref(`users.${sort}`) : countOf(eb, sort)
}

export function selectField(eb: Expressions, field: UserField) {
  if (field === 'username' || field === 'email' || field === 'id') return eb.ref(`users.${field}`).as(field)
  return countOf(eb, field).as(field)
}

function countOf(eb: Expressions, what: 'followers' | 'following' | 'posts') {
  const total = eb.fn.countAll<number>().as('n')
  if (what === 'posts') return eb.selectFrom('posts').select(total).whereRef('posts.user_id', '=', 'users.id')
  const side = what === 'followers' ? 'followers.followed_id' : 'followers.follower_id'
  return eb.selectFrom('followers').select(total).whereRef(side, '=', 'users.id')
}
