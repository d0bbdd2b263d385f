/** Names and expressions in one spelling, so that two ways of writing the same thing are the same text. */
import { foldCase } from '../../../fold-case.ts'
import type { Token } from '../tokens.ts'

/**
 * Words that mean something else in quotes than without: those SQLite's grammar refuses as a bare name
 * (its other keywords fall back to names), the join words, the constants and the computed defaults.
 */
const reserved = new Set(
  `add all alter and as autoincrement between case cast check collate commit constraint create cross current_date current_time
  current_timestamp default deferrable delete distinct drop else escape except exists false foreign from full group having if in
  index inner insert intersect into is isnull join left limit natural not nothing notnull null on or order outer primary raise
  references returning right select set table then to transaction true union unique update using values when where`.split(/\s+/),
)

const unquotedName = /^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*$/

const needsQuotes = (name: string): boolean => !unquotedName.test(name) || reserved.has(foldCase(name))

/** A name as it stands in a statement, in quotes only where it needs them. */
export const identifier = (name: string): string => (needsQuotes(name) ? `"${name.replaceAll('"', '""')}"` : name)

/** Several names, for a column list. */
export const identifiers = (names: readonly string[]): string => names.map(identifier).join(', ')

/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The name that a token writes, in any of SQLite's four kinds of quotes or none. */
export function unquote({ kind, text }: Token): string {
  if (kind !== 'quoted' && kind !== 'string') return text
  const close = text.at(-1) ?? ''
  const inner = text.slice(1, -1)
  return close === ']' ? inner : inner.replaceAll(close + close, close)
}

/** An expression in one spelling: equal texts are equal to SQLite, whatever their white space, comments, case and quotes. */
export const canonical = (tokens: readonly Token[]): string => tokens.map(canonicalToken).join(' ')

const operatorSynonyms: Readonly<Record<string, string>> = { '==': '=', '!=': '<>' }

function canonicalToken(token: Token): string {
  if (token.kind === 'string') return token.text
  if (token.kind === 'quoted') return identifier(foldCase(unquote(token)))
  return operatorSynonyms[token.text] ?? foldCase(token.text)
}

/** What stands in the source from the first of these tokens to the last; a comment behind it, which would swallow a semicolon, is left out. */
export function textOf(tokens: readonly Token[], source: string): string {
  const last = tokens.at(-1)
  return source.slice(tokens[0]?.start, last && last.start + last.text.length)
}
