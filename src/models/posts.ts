/** Posts: what may be said, who said it, and which of them a user sees. The relationships are lazy queries, as in `followers.ts`. */
import type { ExpressionBuilder, Kysely, SelectQueryBuilder } from 'kysely'
import { RefusedError } from '../errors.ts'
import type { Database, NewPost } from './schema.ts'
import { inBatches } from './users.ts'

/** A lazy query for posts: filter, sort, page, count or stream it; it runs when it is executed. */
export type PostQuery = SelectQueryBuilder<Database, 'posts', object>

/** Code points, as SQLite's length() counts. */
export const longestBody = 140

export const bodyLength = (body: string): number => [...body].length

/** @throws RefusedError: a body is refused, never cut. */
export function checkBody(body: string): void {
  if (body === '') throw new RefusedError('a post cannot be empty')
  // No text has more code points than UTF-16 code units.
  const length = body.length > longestBody ? bodyLength(body) : 0
  if (length > longestBody) throw new RefusedError(`a post is at most ${longestBody} characters; this one has ${length}`)
  if (/\0|\p{Surrogate}/u.test(body)) throw new RefusedError('a post cannot hold NUL or half of a surrogate pair')
}

export const allPosts = (db: Kysely<Database>): PostQuery => db.selectFrom('posts')

/** What the user has written. */
export const postsOf = (db: Kysely<Database>, userId: number): PostQuery => allPosts(db).where('posts.user_id', '=', userId)

/** The posts of the user and of everyone the user follows. */
export const timeline = (db: Kysely<Database>, userId: number): PostQuery =>
  allPosts(db).where('posts.user_id', 'in', (eb) => authors(eb, userId))

/** The ids of those whose posts the user sees. Never `or`: a union is what every engine looks up by index. */
const authors = (eb: ExpressionBuilder<Database, 'posts'>, userId: number) =>
  eb
    .selectFrom('followers')
    .select('followed_id as id')
    .where('follower_id', '=', userId)
    .unionAll(eb.selectFrom('users').select('id').where('id', '=', userId))

/** The first and the last moment of a period, both within it; either may be open. */
export interface Period {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

export function within(query: PostQuery, { from, to }: Period): PostQuery {
  const since = from === undefined ? query : query.where('posts.timestamp', '>=', from)
  return to === undefined ? since : since.where('posts.timestamp', '<=', to)
}

/** Returns the new post's id. */
export async function addPost(db: Kysely<Database>, post: Pick<NewPost, 'body' | 'timestamp' | 'user_id'>): Promise<number> {
  const { id } = await db.insertInto('posts').values(post).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Delete posts. Returns the ids of those that there were. */
export async function removePosts(db: Kysely<Database>, ids: readonly number[]): Promise<Set<number>> {
  const removed = new Set<number>()
  for (const batch of inBatches(ids)) {
    const rows = await db.deleteFrom('posts').where('id', 'in', batch).returning('id').execute()
    for (const { id } of rows) removed.add(id)
  }
  return removed
}
