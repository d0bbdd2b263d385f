/** SQL as text: quotes and unquotes names and strings, and spells equal definitions alike, so that texts can be compared. */
import { foldCase } from '../../fold-case.ts'
import type { Token } from './tokens.ts'

/**
 * Words that need quotes to be read as a name: the keywords that SQLite's grammar does not accept as a name (it accepts the others),
 * the words of joins, the constants, and CURRENT_DATE, CURRENT_TIME and CURRENT_TIMESTAMP.
 */
const reserved = new Set(
  `add all alter and as autoincrement between case cast check collate commit constraint create cross current_date current_time
  current_timestamp default deferrable delete distinct drop else escape except exists false foreign from full group having if in
  index inner insert intersect into is isnull join left limit natural not nothing notnull null on or order outer primary raise
  references returning right select set table then to transaction true union unique update using values when where`.split(/\s+/),
)

const unquotedName = /^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*$/

const needsQuotes = (name: string): boolean => !unquotedName.test(name) || reserved.has(foldCase(name))

/** A name as an SQL identifier, in quotes only if it needs them. */
export const identifier = (name: string): string => (needsQuotes(name) ? `"${name.replaceAll('"', '""')}"` : name)

/** Names as a comma-separated list of SQL identifiers. */
export const identifiers = (names: readonly string[]): string => names.map(identifier).join(', ')

/** A text as an SQL string literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The name that a token stands for. Removes any of SQLite's four kinds of quotes. */
export function unquote({ kind, text }: Token): string {
  if (kind !== 'quoted' && kind !== 'string') return text
  const close = text.at(-1) ?? ''
  const inner = text.slice(1, -1)
  return close === ']' ? inner : inner.replaceAll(close + close, close)
}

/** The tokens in canonical spelling. SQL that differs only in white space, comments, and the case and quotes of names becomes equal. */
export const canonical = (tokens: readonly Token[]): string => tokens.map(canonicalToken).join(' ')

const operatorSynonyms: Readonly<Record<string, string>> = { '==': '=', '!=': '<>' }

function canonicalToken(token: Token): string {
  if (token.kind === 'string') return token.text
  if (token.kind === 'quoted') return identifier(foldCase(unquote(token)))
  return operatorSynonyms[token.text] ?? foldCase(token.text)
}
