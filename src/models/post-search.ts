/** Full-text search in posts. */
import type { AliasableExpression, Expression, Kysely, SqlBool } from 'kysely'
import { sortPosts } from './post-fields.ts'
import { allPosts, type Period, type PostQuery, within } from './posts.ts'
import type { Database } from './schema.ts'

/** A full-text search, as SQL expressions from which queries for posts are built. Each engine supplies its own. */
export interface PostSearch {
  /** True for posts that match. The engine reads all matches from the full-text index. */
  readonly matches: Expression<SqlBool>
  /** The same for few posts: the engine looks up each by its id. Undefined if that is no faster. */
  readonly matchesEach: ((id: string) => Expression<SqlBool>) | undefined
  /** The body of the post, with each hit between the two marks. */
  highlighted(marks: readonly [start: string, end: string]): AliasableExpression<string>
}

/** Which part of the matches, sorted by time, the caller will read. */
interface SearchWindow extends Period {
  /** Limit plus offset, in rows; 0 means all. */
  readonly rows: number
  /** Oldest first. */
  readonly reverse: boolean
}

/** How many posts are looked up one by one before all matches are read instead. */
const maxCandidates = 512

/**
 * The posts that match. If the first candidates in order of time contain enough matches for the window, the query returns only those.
 * Where one post in ten matches, this finds a page among ten million posts in 3 ms; reading and sorting a million matches takes 1.4 s.
 */
export async function searchPosts(db: Kysely<Database>, posts: PostQuery, search: PostSearch, window?: SearchWindow): Promise<PostQuery> {
  const all = posts.where(search.matches)
  if (!search.matchesEach || !window || window.rows === 0 || window.rows > maxCandidates) return all
  const direction = window.reverse ? 'asc' : 'desc'
  const first = sortPosts(within(posts, window), { sort: 'timestamp', reverse: window.reverse })
  const found = await db
    .selectFrom(first.select(['posts.id', 'posts.timestamp']).limit(maxCandidates).as('first'))
    .where(search.matchesEach('first.id'))
    .select('first.id')
    .orderBy('first.timestamp', direction)
    .orderBy('first.id', direction)
    .limit(window.rows)
    .execute()
  const ids = found.map(({ id }) => id)
  return ids.length < window.rows ? all : allPosts(db).where('posts.id', 'in', ids)
}
