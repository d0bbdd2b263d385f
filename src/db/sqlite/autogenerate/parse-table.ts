/**
 * Parses the parts of CREATE TABLE that no PRAGMA reports: CHECK, COLLATE, generated expressions, conflict clauses, DEFERRABLE and
 * AUTOINCREMENT. SQLite has accepted the statement (https://sqlite.org/syntax/create-table-stmt.html), so nothing is validated.
 */

import { foldCase } from '../../../fold-case.ts'
import { canonical, unquote } from '../sql-text.ts'
import { splitAtCommas, TokenCursor } from '../token-cursor.ts'
import { isKeyword, type Token, textOf, tokenize } from '../tokens.ts'
import { isTableConstraint } from './constraint-names.ts'
import type { Constraint } from './snapshot.ts'

/** The COLLATE and GENERATED clauses of a column; '' if absent. */
interface ColumnClauses {
  collate: string
  generated: string
}

export interface ParsedColumn extends ColumnClauses {
  readonly sql: string
  readonly anonymousDefinition: string
}

export interface ParsedTable {
  /** Keyed by folded name. */
  readonly columns: Map<string, ParsedColumn>
  readonly elements: string[]
  readonly checks: Constraint[]
  /** The ON CONFLICT clauses, keyed by `conflictKey`. */
  readonly conflicts: Map<string, string>
  /** For each foreign key, in written order: whether it is DEFERRABLE INITIALLY DEFERRED. */
  readonly deferred: boolean[]
  readonly isAutoincrement: boolean
}

/** The constraints that have an ON CONFLICT clause. */
type ConflictConstraint = 'NOT NULL' | 'PRIMARY KEY' | 'UNIQUE'

export const conflictKey = (constraint: ConflictConstraint, columns: readonly string[]): string =>
  [constraint, ...columns.map(foldCase)].join('\n')

export function parseTable(name: string, source: string): ParsedTable {
  const sql = withoutQualifiers(name, source)
  const tokens = tokenize(sql)
  const body = new TokenCursor(tokens.slice(tokens.findIndex(({ text }) => text === '(')))
  const isAutoincrement = tokens.some((token) => isKeyword(token, 'AUTOINCREMENT'))
  const table: ParsedTable = { columns: new Map(), elements: [], checks: [], conflicts: new Map(), deferred: [], isAutoincrement }
  for (const element of splitAtCommas(body.group())) parseElement(table, element, sql)
  return table
}

/** Remove the table's own name from `table.column`: in a CHECK it would not be found while the table is rebuilt under another name. */
function withoutQualifiers(name: string, sql: string): string {
  const tokens = tokenize(sql)
  return tokens.reduceRight((text, token, i) => {
    const isQualifier = tokens[i + 1]?.text === '.' && [foldCase(name), 'main'].includes(foldCase(unquote(token)))
    return isQualifier ? text.slice(0, token.start) + text.slice(tokens[i + 2]?.start) : text
  }, sql)
}

function parseElement(table: ParsedTable, tokens: readonly Token[], source: string): void {
  const [first] = tokens
  if (!first) return
  const sql = textOf(tokens, source)
  table.elements.push(sql)
  if (isTableConstraint(tokens)) parseClauses(table, tokens)
  else parseColumn(table, unquote(first), tokens, sql)
}

function parseColumn(table: ParsedTable, name: string, tokens: readonly Token[], sql: string): void {
  table.columns.set(foldCase(name), { sql, anonymousDefinition: anonymize(name, tokens), collate: '', generated: '' })
  parseClauses(table, tokens.slice(1), name)
}

/** The definition in canonical spelling, with the column's own name replaced by `?`. */
const anonymize = (name: string, tokens: readonly Token[]): string => {
  const isName = (token: Token) => (token.kind === 'word' || token.kind === 'quoted') && foldCase(unquote(token)) === foldCase(name)
  return canonical(tokens.map((token) => (isName(token) ? { ...token, kind: 'variable', text: '?' } : token)))
}

/** Parse the clauses of a column, or of a table constraint if `column` is undefined. Skips types and other tokens. */
function parseClauses(table: ParsedTable, tokens: readonly Token[], column?: string): void {
  const cursor = new TokenCursor(tokens)
  while (!cursor.isDone) {
    const clause = clauses.find(({ words }) => cursor.accept(...words))
    if (clause) clause.parse(cursor, table, column)
    else cursor.next()
  }
}

interface Clause {
  readonly words: readonly string[]
  parse(cursor: TokenCursor, table: ParsedTable, column: string | undefined): void
}

const clauses: readonly Clause[] = [
  { words: ['CONSTRAINT'], parse: (cursor) => void cursor.next() },
  { words: ['NOT', 'NULL'], parse: (cursor, table, column = '') => parseConflict(cursor, table, 'NOT NULL', [column]) },
  { words: ['PRIMARY', 'KEY'], parse: parsePrimaryKey },
  { words: ['UNIQUE'], parse: (cursor, table, column) => parseConflict(cursor, table, 'UNIQUE', columnsOf(cursor, column)) },
  { words: ['CHECK'], parse: parseCheck },
  { words: ['DEFAULT'], parse: parseDefault },
  { words: ['COLLATE'], parse: (cursor, table, column) => setClauses(table, column, { collate: nextName(cursor) }) },
  { words: ['REFERENCES'], parse: (_cursor, table) => void table.deferred.push(false) },
  { words: ['NOT', 'DEFERRABLE'], parse: (cursor) => void cursor.accept('INITIALLY', 'DEFERRED') },
  { words: ['DEFERRABLE', 'INITIALLY', 'DEFERRED'], parse: (_cursor, table) => void table.deferred.splice(-1, 1, true) },
  // The optional GENERATED ALWAYS before AS is skipped like a type.
  { words: ['AS'], parse: parseGenerated },
]

function parsePrimaryKey(cursor: TokenCursor, table: ParsedTable, column: string | undefined): void {
  columnsOf(cursor, column)
  if (!cursor.accept('ASC')) cursor.accept('DESC')
  parseConflict(cursor, table, 'PRIMARY KEY', [])
}

const columnsOf = (cursor: TokenCursor, column: string | undefined): string[] =>
  column === undefined ? splitAtCommas(cursor.group()).flatMap(([first]) => (first ? unquote(first) : [])) : [column]

function parseConflict(cursor: TokenCursor, table: ParsedTable, constraint: ConflictConstraint, columns: string[]): void {
  if (!cursor.accept('ON', 'CONFLICT')) return
  const resolution = nextName(cursor).toUpperCase()
  if (resolution !== 'ABORT') table.conflicts.set(conflictKey(constraint, columns), ` ON CONFLICT ${resolution}`)
}

// Ignores the name of a CHECK, which only appears in error messages, and its ON CONFLICT clause, which SQLite ignores too.
function parseCheck(cursor: TokenCursor, table: ParsedTable, column: string | undefined): void {
  table.checks.push({ columns: column === undefined ? [] : [column], rule: canonical(cursor.group()) })
}

// Skips the value, which PRAGMA table_xinfo reports, so that its words are not parsed as clauses.
function parseDefault(cursor: TokenCursor): void {
  if (cursor.peek()?.text === '(') cursor.group()
  else if (/^[+-]$/.test(cursor.next()?.text ?? '')) cursor.next()
}

function parseGenerated(cursor: TokenCursor, table: ParsedTable, column: string | undefined): void {
  const expression = canonical(cursor.group())
  setClauses(table, column, { generated: `${expression} ${cursor.accept('STORED') ? 'STORED' : 'VIRTUAL'}` })
}

function setClauses(table: ParsedTable, column: string | undefined, parsedClauses: Partial<ColumnClauses>): void {
  const parsed = column === undefined ? undefined : table.columns.get(foldCase(column))
  if (parsed) Object.assign(parsed, parsedClauses)
}

const nextName = (cursor: TokenCursor): string => {
  const token = cursor.next()
  return token ? foldCase(unquote(token)) : ''
}
