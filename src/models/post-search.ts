/** Full-text search in posts. */
import type { Expression, Kysely, SqlBool } from 'kysely'
import { sortPosts } from './post-fields.ts'
import { allPosts, type Period, type PostQuery, within } from './posts.ts'
import type { Database } from './schema.ts'

/** How an engine tests a post. */
export interface PostTest {
  /** The engine reads all posts that match, wherever they are. */
  readonly matches: Expression<SqlBool>
  /** The same for a few posts, each of which is looked up; undefined where that is no faster. */
  readonly matchesEach: ((id: string) => Expression<SqlBool>) | undefined
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
export async function searchPosts(db: Kysely<Database>, posts: PostQuery, test: PostTest, wanted?: PostsWanted): Promise<PostQuery> {
  const all = posts.where(test.matches)
  if (!test.matchesEach || !wanted || wanted.rows === 0 || wanted.rows > mostTested) return all
  const direction = wanted.reverse ? 'asc' : 'desc'
  const first = sortPosts(within(posts, wanted), { sort: 'timestamp', reverse: wanted.reverse })
  const found = await db
    .selectFrom(first.select(['posts.id', 'posts.timestamp']).limit(mostTested).as('first'))
    .where(test.matchesEach('first.id'))
    .select('first.id')
    .orderBy('first.timestamp', direction)
    .orderBy('first.id', direction)
    .limit(wanted.rows)
    .execute()
  const ids = found.map(({ id }) => id)
  return ids.length < wanted.rows ? all : allPosts(db).where('posts.id', 'in', ids)
}
