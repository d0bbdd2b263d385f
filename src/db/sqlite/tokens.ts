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

const patterns: readonly [TokenKind | 'space', RegExp][] = [
  ['space', /(?:\s|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y],
  ['blob', /[xX]'[^']*(?:'|$)/y],
  ['string', /'(?:[^']|'')*(?:'|$)/y],
  ['quoted', /"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)/y],
  ['number', /(?:0[xX][0-9a-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y],
  ['word', /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ['variable', /[?@:$#][\w$]*/y],
  ['operator', /->>|->|\|\||<<|>>|<=|>=|<>|==|!=|[\s\S]/y],
]

/** The tokens of `sql`, without white space and comments. Accepts any text, even text that SQLite would refuse. */
export function tokenize(sql: string, firstLine = 1): Token[] {
  const tokens: Token[] = []
  let line = firstLine
  for (let start = 0; start < sql.length; ) {
    const [kind, text] = match(sql, start)
    if (kind !== 'space') tokens.push({ kind, text, start, line })
    start += text.length
    line += text.split('\n').length - 1
  }
  return tokens
}

function match(sql: string, start: number): [TokenKind | 'space', string] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start
    const found = pattern.exec(sql)
    if (found) return [kind, found[0]]
  }
  throw new Error(`nothing matches at ${start}`)
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
  const finish = (end: number) => {
    const [first] = tokens
    if (first) statements.push({ sql: script.slice(first.start, end).trimEnd(), line: first.line })
    tokens = []
  }
  for (const token of tokenize(script, firstLine)) {
    if (token.text === ';' && isComplete(tokens)) finish(token.start)
    else tokens.push(token)
  }
  finish(script.length)
  return statements
}

function isComplete(tokens: readonly Token[]): boolean {
  const isTemporary = isKeyword(tokens[1], 'TEMP', 'TEMPORARY')
  const isTrigger = isKeyword(tokens[0], 'CREATE') && isKeyword(tokens[isTemporary ? 2 : 1], 'TRIGGER')
  return !isTrigger || (isKeyword(tokens.at(-1), 'END') && tokens.at(-2)?.text === ';')
}
