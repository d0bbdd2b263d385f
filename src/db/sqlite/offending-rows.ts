/** Finds the rows that made a statement of a migration fail. */

import type { Connection } from './connection.ts'
import type { OffendingRows } from './result-codes.ts'
import { canonical, identifier, identifiers, literal, unquote } from './sql-text.ts'
import { splitAtCommas, TokenCursor } from './token-cursor.ts'
import { isKeyword, type Token, tokenize } from './tokens.ts'

/**
 * Describe a violated constraint. The message names the table, not a rebuild's temporary table. The hint counts the offending rows,
 * shows up to three and gives the query; there is no hint if none are found, for example because the statement itself creates them.
 */
export function offendingRows(connection: Connection, statement: string, { message }: Error): OffendingRows {
  const tokens = tokenize(statement)
  // The rows of INSERT INTO new_users SELECT … FROM users are in users.
  const source = nameAfter(tokens, 'FROM') ?? nameAfter(tokens, 'TABLE') ?? nameAfter(tokens, 'UPDATE') ?? nameAfter(tokens, 'ON')
  const named = source === undefined ? message : message.replaceAll(`new_${source}.`, `${source}.`)
  const check = (name: string) => namedCheck(connection, name, nameAfter(tokens, 'INTO'))
  const queries = [...queriesFor(tokens, named, source, check), ...misfitQueries(connection, named, source, nameAfter(tokens, 'INTO'))]
  for (const query of queries) {
    const hint = describe(connection, query)
    if (hint) return { message: named, hint }
  }
  return { message: named, hint: undefined }
}

function nameAfter(tokens: readonly Token[], keyword: string): string | undefined {
  const at = tokens.findIndex((token) => isKeyword(token, keyword))
  const name = tokens[tokens[at + 2]?.text === '.' ? at + 3 : at + 1]
  return at >= 0 && name && (name.kind === 'word' || name.kind === 'quoted') ? unquote(name) : undefined
}

/** Queries that may find the rows that violate the constraint of `message`. Some may name columns that do not exist. */
function queriesFor(
  tokens: readonly Token[],
  message: string,
  source: string | undefined,
  named: (name: string) => readonly Token[],
): string[] {
  const [, kind, text = ''] = /^(?:(UNIQUE|NOT NULL|CHECK) )?constraint failed(?:: (.*))?$/s.exec(message) ?? []
  if (kind === 'UNIQUE' || kind === 'NOT NULL') {
    const columns = text.split(', ').map((name) => name.slice(name.indexOf('.') + 1))
    const tables = [...new Set([text.slice(0, Math.max(0, text.indexOf('.'))), source ?? ''])].filter((name) => name !== '')
    if (kind === 'NOT NULL') return tables.flatMap((table) => rowsWhere(table, `${identifiers(columns)} IS NULL`))
    const indexed = isKeyword(tokens[1], 'UNIQUE') && source ? [duplicates(source, ...indexedTerms(tokens))] : []
    return [...indexed, ...tables.map((table) => duplicates(table, columns.map(identifier), ''))]
  }
  const check = [named(text), tokenize(text), parenthesesAfter(tokens, 'CHECK')].map(checkExpression).find(Boolean)
  return source && check ? rowsWhere(source, `NOT (${check})`) : []
}

/** Queries for the rows whose values a column of a STRICT table, or an INTEGER PRIMARY KEY, cannot store. */
function misfitQueries(connection: Connection, message: string, source = '', target = ''): string[] {
  const [, type = '', column] = /^cannot store \w+ value in (\w+) column [^.]*\.(.*)$/s.exec(message) ?? []
  if (column !== undefined) return rowsWhere(source, misfit(identifier(column), type))
  if (message !== 'datatype mismatch') return []
  const [key] = connection.all<{ name: string }>("SELECT name FROM pragma_table_info(?, 'main') WHERE pk = 1", target)
  return key ? rowsWhere(source, misfit(identifier(key.name), 'INTEGER')) : []
}

/** What STRICT refuses: a value that would not stay the same (https://sqlite.org/stricttables.html). */
function misfit(column: string, type: string): string {
  if (type.startsWith('INT')) return `${column} <> CAST(CAST(${column} AS NUMERIC) AS INTEGER)`
  if (type === 'REAL') return `${column} <> CAST(${column} AS REAL)`
  return `typeof(${column}) ${type === 'TEXT' ? "= 'blob'" : "NOT IN ('blob', 'null')"}`
}

/** The expression of CONSTRAINT `name` CHECK (…) in `table`; empty if there is none. */
function namedCheck(connection: Connection, name: string, table = ''): Token[] {
  const [row] = connection.all<{ sql: string }>("SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)", table)
  const tokens = tokenize(row?.sql ?? '')
  const at = tokens.findIndex((token, i) => isKeyword(tokens[i - 1], 'CONSTRAINT') && unquote(token) === name)
  return at < 0 ? [] : parenthesesAfter(tokens.slice(at), 'CHECK')
}

const rowsWhere = (table: string, condition: string): string[] =>
  // A WITHOUT ROWID table has no rowid.
  ['rowid', '*'].map((columns) => `SELECT ${columns} FROM ${identifier(table)} WHERE ${condition}`)

/** NULLs do not violate UNIQUE. */
const duplicates = (table: string, terms: readonly string[], where: string): string =>
  `SELECT ${terms.join(', ')}, count(*) FROM ${identifier(table)}${where} GROUP BY ${terms.join(', ')} HAVING count(*) > 1` +
  terms.map((term) => ` AND ${term} IS NOT NULL`).join('')

/** The terms of CREATE UNIQUE INDEX, and its WHERE clause. */
function indexedTerms(tokens: readonly Token[]): [terms: string[], where: string] {
  const cursor = cursorAfter(tokens, 'ON')
  const terms = splitAtCommas(cursor.group()).map((term) => canonical(term.filter((token) => !isKeyword(token, 'ASC', 'DESC'))))
  const where = canonical(cursor.rest())
  return [terms, where && ` ${where}`]
}

/** A cursor at the first parenthesis after `keyword`, or at the end. */
function cursorAfter(tokens: readonly Token[], keyword: string): TokenCursor {
  const from = tokens.findIndex((token) => isKeyword(token, keyword))
  const open = from < 0 ? -1 : tokens.findIndex(({ text }, at) => at > from && text === '(')
  return new TokenCursor(open < 0 ? [] : tokens.slice(open))
}

const parenthesesAfter = (tokens: readonly Token[], keyword: string): Token[] => cursorAfter(tokens, keyword).group()

/** The tokens as SQL; undefined if they are not one expression, or contain a query, which a CHECK cannot. */
function checkExpression(tokens: readonly Token[]): string | undefined {
  let depth = 0
  const isBalanced = tokens.every(({ text }) => {
    depth += text === '(' ? 1 : text === ')' ? -1 : 0
    return depth >= 0
  })
  const isExpression = tokens.length > 1 && isBalanced && depth === 0 && !tokens.some((token) => isKeyword(token, 'SELECT', 'WITH'))
  return isExpression ? canonical(tokens) : undefined
}

function describe(connection: Connection, query: string): string | undefined {
  try {
    const [total] = connection.all<{ n: number }>(`SELECT count(*) AS n FROM (${query})`)
    if (!total || total.n === 0) return undefined
    const shown = connection.all(`${query} LIMIT 3`).map(describeRow).join('; ')
    return `found ${total.n}: ${shown}${total.n > 3 ? '; …' : ''}\nfind them:  ${query}`
  } catch {
    // The table does not have the column: it is new, or the statement renames it.
    return undefined
  }
}

const describeRow = (row: Record<string, unknown>): string =>
  Object.entries(row)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? literal(value) : value}`)
    .join(', ')
