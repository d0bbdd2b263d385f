/** Finds the rows because of which a statement of a migration failed. */
import { canonical, identifier, identifiers, literal, unquote } from './autogenerate/spelling.ts'
import type { Connection } from './connection.ts'
import type { OffendingRows } from './result-codes.ts'
import { isKeyword, type Token, tokenize } from './tokens.ts'

/**
 * The message of a violated constraint, with the name of the table instead of a rebuild's temporary one, and a hint that counts the
 * offending rows, shows up to three and gives the query. No hint if they are not known, such as rows that the statement itself makes.
 */
export function offendingRows(connection: Connection, statement: string, { message }: Error): OffendingRows {
  const tokens = tokenize(statement)
  // The rows of INSERT INTO new_users SELECT … FROM users are in users.
  const source = nameAfter(tokens, 'FROM') ?? nameAfter(tokens, 'TABLE') ?? nameAfter(tokens, 'UPDATE') ?? nameAfter(tokens, 'ON')
  const named = source === undefined ? message : message.replaceAll(`new_${source}.`, `${source}.`)
  const check = (name: string) => namedCheck(connection, name, nameAfter(tokens, 'INTO'))
  for (const query of queriesFor(tokens, named, source, check)) {
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

/** Queries for the rows that violate the constraint of `message`. Some may not fit the schema. */
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

/** The expression of CONSTRAINT `name` CHECK (…) in the table that a statement fills, such as the new one of a rebuild. */
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

/** The terms of CREATE UNIQUE INDEX, and its WHERE. */
function indexedTerms(tokens: readonly Token[]): [string[], string] {
  const list = parenthesesAfter(tokens, 'ON')
  const terms: Token[][] = [[]]
  let depth = 0
  for (const token of list) {
    depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0
    if (token.text === ',' && depth === 0) terms.push([])
    else if (!isKeyword(token, 'ASC', 'DESC')) terms.at(-1)?.push(token)
  }
  const end = list.at(-1)
  const where = tokens.findIndex((token) => isKeyword(token, 'WHERE') && token.start > (end?.start ?? 0))
  return [terms.map(canonical), where < 0 ? '' : ` ${canonical(tokens.slice(where))}`]
}

/** The tokens between the first parentheses after `keyword`. */
function parenthesesAfter(tokens: readonly Token[], keyword: string): Token[] {
  const from = tokens.findIndex((token) => isKeyword(token, keyword))
  const open = from < 0 ? -1 : tokens.findIndex(({ text }, at) => at > from && text === '(')
  let depth = 0
  const close = tokens.findIndex(({ text }, at) => {
    if (open < 0 || at < open) return false
    depth += text === '(' ? 1 : text === ')' ? -1 : 0
    return depth === 0
  })
  return close < 0 ? [] : tokens.slice(open + 1, close)
}

/** A single expression without a query, as SQLite demands of a CHECK; undefined for the name of a constraint. */
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
    // The query does not fit: the column is new, or the statement renames it.
    return undefined
  }
}

const describeRow = (row: Record<string, unknown>): string =>
  Object.entries(row)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? literal(value) : value}`)
    .join(', ')
