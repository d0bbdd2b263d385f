/** The fields that a list of posts can show, its sort keys, and the query for a page. */
import type { Kysely, SelectQueryBuilder } from 'kysely'
import { countRows, type Page, paginate } from './page.ts'
import type { PostQuery } from './posts.ts'
import type { Database } from './schema.ts'

export const postFields = ['id', 'timestamp', 'username', 'body'] as const
export type PostField = (typeof postFields)[number]

export const postSorts = ['timestamp', 'id'] as const satisfies readonly PostField[]
export type PostSort = (typeof postSorts)[number]

export type PostRow = Partial<Record<PostField, string | number | null>>

export type PostListQuery = SelectQueryBuilder<Database, 'posts', PostRow>

/** Sort posts newest first unless reversed. Of posts with the same time the one with the higher id is newer. */
export function sortPosts(query: PostQuery, { sort, reverse }: Pick<Page<PostSort>, 'sort' | 'reverse'>): PostQuery {
  const direction = reverse ? 'asc' : 'desc'
  return query.$if(sort === 'timestamp', (q) => q.orderBy('posts.timestamp', direction)).orderBy('posts.id', direction)
}

/**
 * One page of the posts of `query`, with the chosen fields. A subquery finds the ids of the page in the indexes alone, so only the rows
 * of the page are looked up.
 */
export function listPosts(db: Kysely<Database>, query: PostQuery, fields: readonly PostField[], page: Page<PostSort>): PostListQuery {
  const chosen =
    page.limit === 0
      ? paginate(query, page)
      : db.selectFrom('posts').where('posts.id', 'in', paginate(sortPosts(query, page), page).select('posts.id'))
  return sortPosts(chosen, page).select((eb) =>
    [...new Set(fields)].map((field) =>
      field === 'username'
        ? eb.selectFrom('users').select('users.username').whereRef('users.id', '=', 'posts.user_id').as('username')
        : eb.ref(`posts.${field}`).as(field),
    ),
  )
}

/** How many rows the page has. */
export function countPosts(db: Kysely<Database>, query: PostQuery, page: Pick<Page<string>, 'limit' | 'offset'>): Promise<number> {
  return countRows(db, paginate(query.select('posts.id'), page))
}
