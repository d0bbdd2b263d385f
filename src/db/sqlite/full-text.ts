/** Full-text search with SQLite's FTS5, in the table `posts_search` (https://sqlite.org/fts5.html). */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { errorCode } from '../../errors.ts'
import type { PostSearch } from '../../models/post-search.ts'
import { type Expression, parseQuery, type Term, tagTest, termsOf, wordsOf } from '../search-terms.ts'
import type { Handle } from './addon.ts'

/**
 * Search with `query` as FTS5 syntax if it is valid, otherwise for posts that contain all of its words. What FTS5 cannot find is tested in
 * the body of the posts.
 */
export function fullTextSearch(handle: Handle, query: string): PostSearch {
  const expression = parseQuery(query)
  if (expression) return searchExpression(handle, expression)
  const match = isValidQuery(handle, query) ? query : quoteWords(query)
  return {
    matches: matchesAll(match),
    // With a prefix (`word*`) FTS5 reads every word that starts with it again for each post.
    matchesEach: match.includes('*') ? undefined : (id) => matchesOne(match, id),
    highlighted: (marks) => highlight(match, marks),
  }
}

const found = (match: string) => sql`from posts_search where posts_search match ${match}`

const matchesAll = (match: string) => sql<SqlBool>`posts.id in (select rowid ${found(match)})`

const matchesOne = (match: string, id: string) => sql<SqlBool>`exists (select 1 ${found(match)} and rowid = ${sql.ref(id)})`

const highlight = (match: string, [start, end]: readonly [string, string]) =>
  sql<string>`(select highlight(posts_search, 0, ${start}, ${end}) ${found(match)} and rowid = posts.id)`

function searchExpression(handle: Handle, parsed: Expression): PostSearch {
  const skeleton = parsed.map((part) => (typeof part === 'string' ? part : 'x')).join(' ')
  const expression = isValidQuery(handle, skeleton) ? parsed : [wordsOf(parsed)]
  const terms = termsOf(expression)
  const tests = new Map(terms.filter(({ kind }) => kind === 'tag').map((term) => [quoteTerm(term), tagTest(term)]))
  handle.function('has_tag', { directOnly: true }, (body, term) => Number(tests.get(String(term))?.(String(body))))
  const condition = (id: string, matches: (match: string) => RawBuilder<SqlBool>) =>
    sql<SqlBool>`(${sql.join(
      expression.map((part) => (typeof part === 'string' ? sql.raw(part === 'NOT' ? 'and not' : part) : runCondition(part, id, matches))),
      sql` `,
    )})`
  return {
    matches: condition('posts.id', matchesAll),
    matchesEach: terms.some(({ isPrefix }) => isPrefix) ? undefined : (id) => condition(id, (match) => matchesOne(match, id)),
    highlighted: (marks) => highlightTerms(terms, marks),
  }
}

/** True for posts in which FTS5 finds the words and tags, and whose body has the tags and substrings. */
function runCondition(run: readonly Term[], id: string, matches: (match: string) => RawBuilder<SqlBool>): RawBuilder<SqlBool> {
  const indexed = run.filter(({ kind }) => kind !== 'substring')
  const tests = run.flatMap(bodyTest)
  if (tests.length === 0) return matches(joinTerms(indexed))
  const tested = sql`from posts as post where ${sql.join(tests, sql` and `)}`
  // One scan of all posts takes a fifth of the time of looking each up.
  if (indexed.length === 0 && matches === matchesAll) return sql`posts.id in (select post.id ${tested})`
  const exists = sql<SqlBool>`exists (select 1 ${tested} and post.id = ${sql.ref(id)})`
  return indexed.length === 0 ? exists : sql`(${matches(joinTerms(indexed))} and ${exists})`
}

function bodyTest(term: Term): RawBuilder<unknown>[] {
  const { kind, text } = term
  if (kind === 'word') return []
  if (kind === 'tag') return [sql`has_tag(post.body, ${quoteTerm(term)})`]
  return [sql`post.body like ${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`]
}

/** Marks the words, and the first substring. Tags stand out anyway. */
function highlightTerms(terms: readonly Term[], marks: readonly [string, string]): RawBuilder<string> {
  const words = terms.filter(({ kind }) => kind === 'word')
  const body = words.length > 0 ? sql<string>`coalesce(${highlight(joinTerms(words, ' OR '), marks)}, posts.body)` : sql<string>`posts.body`
  const substring = terms.find(({ kind }) => kind === 'substring')?.text
  return substring === undefined ? body : sql`replace(${body}, ${substring}, ${marks.join(substring)})`
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

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`

const quoteTerm = ({ text, isPrefix }: Term): string => quote(text) + (isPrefix ? '*' : '')

const joinTerms = (terms: readonly Term[], separator = ' '): string => terms.map(quoteTerm).join(separator)

const quoteWords = (query: string): string => query.split(/\s+/).map(quote).join(' ')
