/** Suggestions of whom to follow: friends of friends, counted, sorted and paginated in SQL. */
import type { Kysely } from 'kysely'
import { countRows, type Page, paginate } from './page.ts'
import type { Database } from './schema.ts'
import { selectField, type UserField } from './user-fields.ts'

type SuggestionPage = Omit<Page<string>, 'sort'>

/**
 * Friends of friends with the chosen fields; `common` is the number of their followers whom the user follows. Sorted by `common`,
 * highest first unless reversed, ties in ascending order by id. Excludes the user and everyone the user already follows.
 */
export function listSuggestions(db: Kysely<Database>, userId: number, fields: readonly (UserField | 'common')[], page: SuggestionPage) {
  const direction = page.reverse ? 'asc' : 'desc'
  const users = db.selectFrom(suggestions(db, userId, page).as('suggested')).innerJoin('users', 'users.id', 'suggested.id')
  return users
    .select((eb) => fields.map((field) => (field === 'common' ? eb.ref('suggested.common').as('common') : selectField(eb, field))))
    .orderBy('suggested.common', direction)
    .orderBy('suggested.id')
}

/** How many rows the page has. */
export const countSuggestions = (db: Kysely<Database>, userId: number, page: SuggestionPage): Promise<number> =>
  countRows(db, suggestions(db, userId, page))

/** The first `limit` by id of those whom the user follows and who follow the suggested user. */
export const friendsBetween = (db: Kysely<Database>, userId: number, suggestedId: number, limit: number) =>
  db
    .selectFrom('followers as follow')
    .innerJoin('followers as next', 'next.follower_id', 'follow.followed_id')
    .innerJoin('users', 'users.id', 'follow.followed_id')
    .select('users.username')
    .where('follow.follower_id', '=', userId)
    .where('next.followed_id', '=', suggestedId)
    .orderBy('follow.followed_id')
    .limit(limit)

function suggestions(db: Kysely<Database>, userId: number, page: SuggestionPage) {
  const followed = db.selectFrom('followers as follow').select('follow.followed_id').where('follow.follower_id', '=', userId)
  const counted = db
    .selectFrom('followers')
    .select((eb) => ['followed_id as id', eb.fn.countAll<number>().as('common')])
    .where('follower_id', 'in', followed)
    .where('followed_id', 'not in', followed)
    .where('followed_id', '<>', userId)
    .groupBy('followed_id')
    .orderBy('common', page.reverse ? 'asc' : 'desc')
    .orderBy('id')
  return paginate(counted, page)
}
