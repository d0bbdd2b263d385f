/** Full-text search with SQLite's FTS5, in the table `posts_search` (https://sqlite.org/fts5.html). */
import { type SqlBool, sql } from 'kysely'
import { errorCode } from '../../errors.ts'
import type { PostSearch } from '../../models/post-search.ts'
import type { Handle } from './addon.ts'

/** Search with `query` as FTS5 syntax if it is valid, otherwise for posts that contain all of its words. */
export function fullTextSearch(handle: Handle, query: string): PostSearch {
  const match = isValidQuery(handle, query) ? query : quoteWords(query)
  const found = sql`from posts_search where posts_search match ${match}`
  return {
    matches: sql<SqlBool>`posts.id in (select rowid ${found})`,
    // With a prefix (`word*`) FTS5 reads every word that starts with it again for each post.
    matchesEach: match.includes('*') ? undefined : (id) => sql<SqlBool>`exists (select 1 ${found} and rowid = ${sql.ref(id)})`,
    highlighted: ([start, end]) => sql<string>`(select highlight(posts_search, 0, ${start}, ${end}) ${found} and rowid = posts.id)`,
  }
}

function isValidQuery(handle: Handle, query: string): boolean {
  try {
    handle.prepare('SELECT 1 FROM posts_search WHERE posts_search MATCH ? LIMIT 1').get(query)
    return true
  } catch (error) {
    // A syntax error is always a plain SQLITE_ERROR. Other errors, such as a damaged file, have other codes.
    if (errorCode(error) !== 'SQLITE_ERROR') throw error
    return false
  }
}

const quoteWords = (query: string): string =>
  query
    .split(/\s+/)
    .map((word) => `"${word.replaceAll('"', '""')}"`)
    .join(' ')
