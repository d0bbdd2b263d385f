/** Full-text search in posts. */
import type { AliasableExpression, Expression, Kysely, SqlBool } from 'kysely'
import { sortPosts } from './post-fields.ts'
import { allPosts, type Period, type PostQuery, within } from './posts.ts'
import type { Database } from './schema.ts'

/** A search, as an engine's expressions to build queries for posts from. */
export interface PostSearch {
  /** The engine reads all posts that match, wherever they are. */
  readonly matches: Expression<SqlBool>
  /** The same for a few posts, each of which is looked up; undefined where that is no faster. */
  readonly matchesEach: ((id: string) => Expression<SqlBool>) | undefined
  /** The body of the post, its hits between two marks. */
  highlighted(marks: readonly [start: string, end: string]): AliasableExpression<string>
}

/** The part of a list in the order of time that is wanted. */
export interface PostsWanted extends Period {
  /** Rows, those left out by an offset included; 0 is all. */
  readonly rows: number
  /** Oldest first. */
  readonly reverse: boolean
}

/** Posts that are looked up, before all that match are read. */
const mostTested = 512

/**
 * The posts that match: only the wanted ones where they are among the first posts in the order of time, else all. Where every tenth post
 * matches, a page is found so in 3 ms among ten million posts; to read and sort a million matches takes 1.4 s.
 */
export async function searchPosts(db: Kysely<Database>, posts: PostQuery, search: PostSearch, wanted?: PostsWanted): Promise<PostQuery> {
  const all = posts.where(search.matches)
  if (!search.matchesEach || !wanted || wanted.rows === 0 || wanted.rows > mostTested) return all
  const direction = wanted.reverse ? 'asc' : 'desc'
  const first = sortPosts(within(posts, wanted), { sort: 'timestamp', reverse: wanted.reverse })
  const found = await db
    .selectFrom(first.select(['posts.id', 'posts.timestamp']).limit(mostTested).as('first'))
    .where(search.matchesEach('first.id'))
    .select('first.id')
    .orderBy('first.timestamp', direction)
    .orderBy('first.id', direction)
    .limit(wanted.rows)
    .execute()
  const ids = found.map(({ id }) => id)
  return ids.length < wanted.rows ? all : allPosts(db).where('posts.id', 'in', ids)
}
