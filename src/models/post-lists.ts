/** What a list of posts can show, how it can be sorted, and how a page of it is found cheaply. */
import type { Kysely, SelectQueryBuilder } from 'kysely'
import { countRows, cut, type Page } from './page.ts'
import type { PostQuery } from './posts.ts'
import type { Database } from './schema.ts'

export const postFields = ['id', 'timestamp', 'username', 'body'] as const
export type PostField = (typeof postFields)[number]

export const postSorts = ['timestamp', 'id'] as const satisfies readonly PostField[]
export type PostSort = (typeof postSorts)[number]

export type PostRow = Partial<Record<PostField, string | number | null>>

export type PostListQuery = SelectQueryBuilder<Database, 'posts', PostRow>

/**
 * The list that `query` stands for, with the chosen fields, newest first unless reversed, ties by id, cut to a page. The page is found
 * first, in the indexes alone, and only its own rows are looked up.
 */
export function listPosts(db: Kysely<Database>, query: PostQuery, fields: readonly PostField[], page: Page<PostSort>): PostListQuery {
  const direction = page.reverse ? 'asc' : 'desc'
  const sorted = (posts: PostQuery) =>
    posts.$if(page.sort === 'timestamp', (q) => q.orderBy('posts.timestamp', direction)).orderBy('posts.id', direction)
  const chosen =
    page.limit === 0 ? cut(query, page) : db.selectFrom('posts').where('posts.id', 'in', cut(sorted(query), page).select('posts.id'))
  return sorted(chosen).select((eb) =>
    [...new Set(fields)].map((field) =>
      field === 'username'
        ? eb.selectFrom('users').select('users.username').whereRef('users.id', '=', 'posts.user_id').as('username')
        : eb.ref(`posts.${field}`).as(field),
    ),
  )
}

/** How many rows the page has. */
export function countPosts(db: Kysely<Database>, query: PostQuery, page: Pick<Page<string>, 'limit' | 'offset'>): Promise<number> {
  return countRows(db, cut(query.select('posts.id'), page))
}
