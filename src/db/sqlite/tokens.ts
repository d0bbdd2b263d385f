/** A small tokenizer for SQLite's SQL. It understands every quoting form of https://sqlite.org/lang_keywords.html. */

import type { Statement } from '../../migrate/files.ts'

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'blob' | 'variable' | 'operator'

export interface Token {
  readonly kind: TokenKind
  /** As written, with its quotes. */
  readonly text: string
  /** Offset of the first character in the source, in UTF-16 code units. */
  readonly start: number
  /** Line of the first character in the source, from 1. */
  readonly line: number
}

/** A token, white space or a comment. */
export interface Part extends Omit<Token, 'kind'> {
  readonly kind: TokenKind | 'space' | 'comment'
}

/**
 * SQLite's white space and no other: a Unicode blank belongs to a name. A byte order mark is white space where a token could start,
 * a vertical tab only after other white space (sqlite3GetToken() in https://sqlite.org/src/file/src/tokenize.c).
 */
const patterns: readonly [Part['kind'], RegExp][] = [
  ['space', /(?:[ \t\n\f\r][ \t-\r]*|\uFEFF)+/y],
  ['comment', /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ['blob', /[xX]'[^']*(?:'|$)/y],
  // `[^']*(?:''[^']*)*` instead of `(?:[^']|'')*`, which overflows the stack on a long string.
  ['string', /'[^']*(?:''[^']*)*(?:'|$)/y],
  ['quoted', /"[^"]*(?:""[^"]*)*(?:"|$)|`[^`]*(?:``[^`]*)*(?:`|$)|\[[^\]]*(?:\]|$)/y],
  ['number', /(?:0[xX][0-9a-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y],
  ['word', /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ['variable', /\?\d*|[@:$#][\w$\u0080-\uffff]*/y],
  ['operator', /->>|->|\|\||<<|>>|<=|>=|<>|==|!=|[\s\S]/y],
]

/** The tokens of `sql`, without white space and comments. Accepts any text, even text that SQLite would refuse. */
export const tokenize = (sql: string, firstLine = 1): Token[] => [...partsOf(sql, firstLine)].filter(isToken)

const isToken = (part: Part): part is Token => part.kind !== 'space' && part.kind !== 'comment'

/** Everything that `sql` consists of. Joined, the texts are `sql` again. */
export function* partsOf(sql: string, firstLine = 1): Generator<Part> {
  let line = firstLine
  for (let start = 0; start < sql.length; ) {
    const [kind, text] = match(sql, start)
    yield { kind, text, start, line }
    start += text.length
    line += text.split('\n').length - 1
  }
}

function match(sql: string, start: number): [Part['kind'], string] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start
    const found = pattern.exec(sql)
    if (found) return [kind, found[0]]
  }
  throw new Error(`nothing matches at ${start}`)
}

/** The source from the first to the last token. A comment after the last token would hide the semicolon that is added. */
export function textOf(tokens: readonly Token[], source: string): string {
  const last = tokens.at(-1)
  return source.slice(tokens[0]?.start, last && last.start + last.text.length)
}

/** Whether `token` is one of these keywords (upper case). A quoted name is not a keyword. */
export const isKeyword = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.text.toUpperCase())

/**
 * Split a script into statements. A semicolon ends CREATE TRIGGER only after `; END`, as in SQLite's sqlite3_complete()
 * (https://sqlite.org/c3ref/complete.html).
 */
export function splitStatements(script: string, firstLine = 1): Statement[] {
  const statements: Statement[] = []
  let tokens: Token[] = []
  const finish = () => {
    const [first] = tokens
    if (first) statements.push({ sql: textOf(tokens, script), line: first.line })
    tokens = []
  }
  for (const token of tokenize(script, firstLine)) {
    if (token.text === ';' && isComplete(tokens)) finish()
    else tokens.push(token)
  }
  finish()
  return statements
}

function isComplete(tokens: readonly Token[]): boolean {
  const isTemporary = isKeyword(tokens[1], 'TEMP', 'TEMPORARY')
  const isTrigger = isKeyword(tokens[0], 'CREATE') && isKeyword(tokens[isTemporary ? 2 : 1], 'TRIGGER')
  return !isTrigger || (isKeyword(tokens.at(-1), 'END') && tokens.at(-2)?.text === ';')
}
