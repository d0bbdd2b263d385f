/** Full-text search with SQLite's FTS5, in the table `posts_search` (https://sqlite.org/fts5.html). */
import { type SqlBool, sql } from 'kysely'
import { errorCode } from '../../errors.ts'
import type { PostSearch } from '../../models/post-search.ts'
import type { Handle } from './addon.ts'

/** `query` in FTS5's own syntax where it is that, else its plain words, all of which must be found. */
export function fullTextSearch(handle: Handle, query: string): PostSearch {
  const match = isQuery(handle, query) ? query : quoteWords(query)
  const found = sql`from posts_search where posts_search match ${match}`
  return {
    matches: sql<SqlBool>`posts.id in (select rowid ${found})`,
    // A prefix is looked up anew for each post, by reading all words that begin so.
    matchesEach: match.includes('*') ? undefined : (id) => sql<SqlBool>`exists (select 1 ${found} and rowid = ${sql.ref(id)})`,
    highlighted: ([start, end]) => sql<string>`(select highlight(posts_search, 0, ${start}, ${end}) ${found} and rowid = posts.id)`,
  }
}

function isQuery(handle: Handle, query: string): boolean {
  try {
    handle.prepare('SELECT 1 FROM posts_search WHERE posts_search MATCH ? LIMIT 1').get(query)
    return true
  } catch (error) {
    // Every fault of the syntax is a plain SQLITE_ERROR; a damaged file, for one, is not.
    if (errorCode(error) !== 'SQLITE_ERROR') throw error
    return false
  }
}

const quoteWords = (query: string): string =>
  query
    .split(/\s+/)
    .map((word) => `"${word.replaceAll('"', '""')}"`)
    .join(' ')
