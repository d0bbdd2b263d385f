/** Full-text search with the column `posts.words` (https://www.postgresql.org/docs/current/textsearch.html). */
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { UsageError } from '../../errors.ts'
import type { PostSearch } from '../../models/post-search.ts'
import { type Expression, readQuery, type Term, termsOf, wordsOf } from '../search-terms.ts'

/** The query as a condition; if it is no valid expression, for posts that contain all of its words. */
export function parseSearch(query: string): PostSearch {
  if (/\bNEAR\s*\([^)]*\)/.test(query))
    throw new UsageError('NEAR is not understood on PostgreSQL', 'search for words, "a phrase", begin*, OR, NOT, #tag and @name')
  const parsed = readQuery(query)
  const expression = isValid(parsed) ? parsed : [wordsOf(parsed)]
  const condition = expression.map((part) =>
    typeof part === 'string' ? sql.raw(part === 'NOT' ? 'and not' : part) : all(part.map(termCondition)),
  )
  return {
    matches: sql<SqlBool>`(${sql.join(condition, sql` `)})`,
    matchesEach: undefined,
    highlighted: (marks) => highlight(termsOf(expression), marks),
  }
}

/** Marks the words, and the first substring. Tags stand out anyway. */
function highlight(terms: readonly Term[], [start, end]: readonly [string, string]): RawBuilder<string> {
  const words = terms.filter(({ kind }) => kind === 'word').map(wordQuery)
  const options = `HighlightAll=true, StartSel=${start}, StopSel=${end}`
  const body =
    words.length === 0 ? sql<string>`posts.body` : sql<string>`ts_headline('simple', posts.body, ${sql.join(words, sql` || `)}, ${options})`
  const substring = terms.find(({ kind }) => kind === 'substring')?.text
  return substring === undefined ? body : sql`replace(${body}, ${substring}, ${start + substring + end})`
}

const all = (conditions: readonly RawBuilder<SqlBool>[]) =>
  conditions.length === 0 ? sql`false` : sql`(${sql.join(conditions, sql` and `)})`

function termCondition(term: Term): RawBuilder<SqlBool> {
  if (term.kind === 'word') return sql`posts.words @@ ${wordQuery(term)}`
  if (term.kind === 'tag') return sql`posts.body ~* ${tagPattern(term)}`
  return sql`strpos(lower(posts.body), lower(${term.text})) > 0`
}

/** The words in this order, or words that begin so. Whatever is not a letter or a digit stands between words. */
function wordQuery({ text, isPrefix }: Term): RawBuilder<unknown> {
  if (!isPrefix) return sql`phraseto_tsquery('simple', ${text})`
  const words = text.split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean)
  return sql`to_tsquery('simple', ${words.map((word) => `'${word}'`).join(' <-> ') + (words.length > 0 ? ':*' : '')})`
}

/** Letters, digits, and the marks and joiners of words. The server does not count the marks of every script as letters. */
const letter = String.raw`[[:alnum:]_\u0300-\u036f\u0900-\u0eff\u200c\u200d]`

/** A tag or a name as a whole word, or one that begins with it. */
function tagPattern({ text, isPrefix }: Term): string {
  const goesOn = text.startsWith('#') ? letter : `${letter}|[.-]+[[:alnum:]_]`
  return `(?<!${letter})${text.replaceAll('.', '\\.')}${isPrefix ? '' : `(?!${goesOn})`}`
}

/** Whether operators stand between terms, and parentheses match. */
function isValid(expression: Expression): boolean {
  let depth = 0
  let expectsTerm = true
  for (const part of expression) {
    const beginsTerm = part === '(' || typeof part !== 'string'
    if (beginsTerm !== expectsTerm) return false
    if (part === '(') depth++
    if (part === ')' && --depth < 0) return false
    expectsTerm = part === '(' || part === 'AND' || part === 'OR' || part === 'NOT'
  }
  return depth === 0 && !expectsTerm
}
