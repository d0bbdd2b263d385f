/** Queries for posts, and the rule for their bodies. The relationships are lazy queries, as in `followers.ts`. */
import type { ExpressionBuilder, Kysely, SelectQueryBuilder } from 'kysely'
import { RefusedError } from '../errors.ts'
import { inBatches } from './batches.ts'
import type { Database, NewPost } from './schema.ts'

/** A lazy query for posts: filter, sort, page, count or stream it; it runs when it is executed. */
export type PostQuery = SelectQueryBuilder<Database, 'posts', object>

/** In code points, as SQLite's length() counts. */
export const longestBody = 140

export const bodyLength = (body: string): number => [...body].length

/** An invalid body is refused, never truncated. @throws RefusedError */
export function checkBody(body: string): void {
  if (body === '') throw new RefusedError('a post cannot be empty')
  // A text never has more code points than UTF-16 code units, so a short one need not be counted.
  const length = body.length > longestBody ? bodyLength(body) : 0
  if (length > longestBody) throw new RefusedError(`a post is at most ${longestBody} characters; this one has ${length}`)
  if (/\0|\p{Surrogate}/u.test(body)) throw new RefusedError('a post cannot contain NUL or a lone surrogate')
}

/** As `checkBody`, and something must be visible. An imported post is left as it was written. @throws RefusedError */
export function checkNewBody(body: string): void {
  checkBody(body)
  if (!visible.test(body)) throw new RefusedError('a post cannot be blank')
}

/** U+2800 is the Braille pattern without dots. */
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/u

export const allPosts = (db: Kysely<Database>): PostQuery => db.selectFrom('posts')

/** The posts that the user wrote. */
export const postsOf = (db: Kysely<Database>, userId: number): PostQuery => allPosts(db).where('posts.user_id', '=', userId)

/** The posts of the user and of everyone the user follows. */
export const timeline = (db: Kysely<Database>, userId: number): PostQuery =>
  allPosts(db).where('posts.user_id', 'in', (eb) => authors(eb, userId))

/** The ids of the users in the timeline: a UNION, because not every engine uses indexes for an OR. */
const authors = (eb: ExpressionBuilder<Database, 'posts'>, userId: number) =>
  eb
    .selectFrom('followers')
    .select('followed_id as id')
    .where('follower_id', '=', userId)
    .unionAll(eb.selectFrom('users').select('id').where('id', '=', userId))

/** Timestamps, both inclusive; a missing one leaves that end open. */
export interface Period {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

export function within(query: PostQuery, { from, to }: Period): PostQuery {
  const since = from === undefined ? query : query.where('posts.timestamp', '>=', from)
  return to === undefined ? since : since.where('posts.timestamp', '<=', to)
}

/** Insert a post. Returns its id. */
export async function addPost(db: Kysely<Database>, post: Pick<NewPost, 'body' | 'timestamp' | 'user_id'>): Promise<number> {
  const { id } = await db.insertInto('posts').values(post).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Delete posts. Returns the ids of those that existed. */
export async function removePosts(db: Kysely<Database>, ids: readonly number[]): Promise<Set<number>> {
  const removed = new Set<number>()
  for (const batch of inBatches(ids)) {
    const rows = await db.deleteFrom('posts').where('id', 'in', batch).returning('id').execute()
    for (const { id } of rows) removed.add(id)
  }
  return removed
}
