/** Splits the SQL of a migration file into statements, and finds what is not allowed in one. */
import type { Fault, LineComment, Statement, StatementReader } from '../../migrate/files.ts'
import { unwritten } from '../../migrate/other-file.ts'

interface Part {
  readonly kind: 'space' | 'comment' | 'string' | 'quoted' | 'word' | 'other'
  readonly text: string
  readonly start: number
  readonly line: number
  readonly isOpen: boolean
}

/** The tokens of https://www.postgresql.org/docs/current/sql-syntax-lexical.html; `$` ends a text that is not closed. */
const dollarQuoted = String.raw`\$(?<tag>[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*|)\$[\s\S]*?(?:\$\k<tag>\$|$)`

const anyPart = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<comment>--[^\n]*|/\*(?:[^*/]|\*(?!/)|/(?!\*)|/\*(?:[^*]|\*(?!/))*\*/)*(?:\*/|$))`,
    String.raw`(?<string>[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'[^']*(?:''[^']*)*(?:'|$)|${dollarQuoted})`,
    `(?<quoted>"[^"]*(?:""[^"]*)*(?:"|$))`,
    String.raw`(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`,
    String.raw`(?<other>[\s\S])`,
  ].join('|'),
  'g',
)

const closed = /^(?:--.*|\/\*.*\*\/|[eE]?'.*'|"[^"]*(?:""[^"]*)*"|\$(\w*)\$.*\$\1\$)$/s
const kinds = ['space', 'comment', 'string', 'quoted', 'word', 'other'] as const

function* partsOf(sql: string, firstLine = 1): Generator<Part> {
  let line = firstLine
  for (const { 0: text, index: start, groups = {} } of sql.matchAll(anyPart)) {
    const kind = kinds.find((name) => groups[name] !== undefined) ?? 'other'
    const isOpen = (kind === 'comment' || kind === 'string' || kind === 'quoted') && (text.length === 1 || !closed.test(text))
    yield { kind, text, start, line, isOpen }
    line += text.split('\n').length - 1
  }
}

/** The words and other tokens, without white space and comments. Words are in lower case. */
export const tokensOf = (sql: string): string[] =>
  [...partsOf(sql)]
    .filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    .map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : text))

export const statementReader: StatementReader = { textFault, lineComments, split, statementFault }

function textFault(text: string): Fault | undefined {
  const nul = text.indexOf('\0')
  if (nul >= 0) return { line: text.slice(0, nul).split('\n').length, message: 'there is a NUL character', hint: 'remove it' }
  const left = text.split('\n').indexOf(unwritten)
  if (left >= 0) return { line: left + 1, message: 'this is still to be written for PostgreSQL', hint: 'write it, and remove the comments' }
  const open = [...partsOf(text)].find(({ isOpen }) => isOpen)
  if (!open) return undefined
  const what = open.kind === 'quoted' ? 'quoted name' : open.kind
  return { line: open.line, message: `this ${what} is not closed`, hint: 'everything after it would be a part of it' }
}

function lineComments(text: string): LineComment[] {
  const isAlone = (start: number) => text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === ''
  return [...partsOf(text)].filter(({ kind, text: part, start }) => kind === 'comment' && part.startsWith('--') && isAlone(start))
}

function split(script: string, firstLine: number): Statement[] {
  const statements: Statement[] = []
  let parts: Part[] = []
  const finish = () => {
    const [first] = parts
    const last = parts.at(-1)
    if (first && last) statements.push({ sql: script.slice(first.start, last.start + last.text.length), line: first.line })
    parts = []
  }
  for (const part of partsOf(script, firstLine)) {
    if (part.text === ';') finish()
    else if (part.kind !== 'space' && part.kind !== 'comment') parts.push(part)
  }
  finish()
  return statements
}

/** Statements that would end the transaction of the migrator, or cannot run in one. */
const refused = ['abort', 'begin', 'commit', 'copy', 'end', 'prepare', 'release', 'rollback', 'savepoint', 'start', 'vacuum']

function statementFault({ sql, line }: Statement): Fault | undefined {
  const tokens = tokensOf(sql)
  const [first = ''] = tokens
  const notAllowed = (what: string, hint: string) => ({ line, message: `${what} is not allowed in a migration`, hint })
  if (refused.includes(first)) return notAllowed(first.toUpperCase(), 'all pending migrations run in one transaction')
  if (tokens.includes('concurrently')) return notAllowed('CONCURRENTLY', 'it cannot run in a transaction')
  if (tokens.some((token) => token.replaceAll('"', '') === 'schema_migrations'))
    return notAllowed('the table schema_migrations', 'it is the record of what was applied')
  return undefined
}
