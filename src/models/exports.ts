/**
 * The queries of an export: records name users by username and contain no ids and no passwords. With `userId`, only what belongs to that
 * user: their own record, their posts, and the follows in which they are one of the two.
 */
import type { Kysely, Selectable } from 'kysely'
import { allPosts } from './posts.ts'
import type { Database, FollowerTable } from './schema.ts'

/** The users, in the order in which they were added. */
export const exportUsers = (db: Kysely<Database>, userId?: number) =>
  db
    .selectFrom('users')
    .select(['username', 'email'])
    .$if(userId !== undefined, (users) => users.where('id', '=', userId ?? 0))
    .orderBy('id')

/** The users whom the exported follows name: all, also those without follows, or the given user and those around. */
export const exportFollowUsers = (db: Kysely<Database>, userId?: number) =>
  userId === undefined
    ? exportUsers(db)
    : exportUsers(db).where((eb) =>
        eb.or([
          eb('id', '=', userId),
          eb('id', 'in', eb.selectFrom('followers').select('followed_id').where('follower_id', '=', userId)),
          eb('id', 'in', eb.selectFrom('followers').select('follower_id').where('followed_id', '=', userId)),
        ]),
      )

/** The posts, in the order in which they were added. */
export const exportPosts = (db: Kysely<Database>, userId?: number) =>
  allPosts(db)
    .$if(userId !== undefined, (posts) => posts.where('posts.user_id', '=', userId ?? 0))
    .innerJoin('users', 'users.id', 'posts.user_id')
    .select(['users.username', 'posts.timestamp', 'posts.body'])
    .orderBy('posts.id')

/** The text around the two usernames of a follow. Usernames need no escaping in any format. */
export interface FollowText {
  readonly before: string
  readonly between: string
  readonly after: string
}

/** Page sizes in rows. The first is small, so that lines appear at once; each next one doubles, so that few queries are needed. */
const [firstPage, largestPage] = [200, 131_072]

/** The follows in primary key order. Yields for each page the query for its follows, and how many there are at most. */
export async function* exportFollows(db: Kysely<Database>, userId?: number) {
  let after: FollowKey | undefined
  for (let rows = firstPage; ; rows = Math.min(rows * 2, largestPage)) {
    yield { follows: followsOf(db, followsAfter(db, after, userId).limit(rows)), rows }
    after = await followsAfter(db, after, userId)
      .offset(rows - 1)
      .limit(1)
      .executeTakeFirst()
    if (!after) return
  }
}

type FollowKey = Selectable<FollowerTable>

/** Each part of the union repeats the bound, so that each is one range of an index. */
function followsAfter(db: Kysely<Database>, after: FollowKey | undefined, userId: number | undefined) {
  const keys = db
    .selectFrom('followers')
    .select(['follower_id', 'followed_id'])
    .$if(after !== undefined, (query) =>
      query.where((eb) => eb(eb.refTuple('follower_id', 'followed_id'), '>', eb.tuple(after?.follower_id ?? 0, after?.followed_id ?? 0))),
    )
  const wanted = userId === undefined ? keys : keys.where('follower_id', '=', userId).unionAll(keys.where('followed_id', '=', userId))
  return wanted.orderBy('follower_id').orderBy('followed_id')
}

/** CROSS JOIN keeps SQLite from reordering the joins, so rows stay in page order (https://sqlite.org/optoverview.html#crossjoin). */
const followsOf = (db: Kysely<Database>, page: ReturnType<typeof followsAfter>) =>
  db
    .selectFrom(page.as('follow'))
    .crossJoin('users as follower')
    .crossJoin('users as followed')
    .whereRef('follower.id', '=', 'follow.follower_id')
    .whereRef('followed.id', '=', 'follow.followed_id')
    .orderBy('follow.follower_id')
    .orderBy('follow.followed_id')

type Follows = ReturnType<typeof followsOf>

/** The usernames of a page of follows. */
export const followNames = (follows: Follows) => follows.select(['follower.username as follower', 'followed.username as followed'])

/** The lines of text of a page of follows. */
export const followLines = (follows: Follows, { before, between, after }: FollowText) =>
  follows.select((eb) => {
    const left = eb(eb(eb.val(before), '||', eb.ref('follower.username')), '||', eb.val(between))
    return eb(eb(left, '||', eb.ref('followed.username')), '||', eb.val(after))
      .$castTo<string>()
      .as('line')
  })
