/** Finds the rows and values that a migration run loses. */
import type { Statement } from '../../migrate/files.ts'
import type { Loss } from '../../migrate/step.ts'
import { tokensOf } from './migration-statements.ts'
import type { Connection } from './server-connection.ts'
import { identifier } from './sql-words.ts'

/** The non-empty tables that `statements` drop, drop a column from, change the type of one in, delete from or rewrite. */
export async function rowsInDanger(connection: Connection, statements: readonly Statement[]): Promise<Loss[]> {
  const before = await countTables(connection)
  const named = new Set(statements.flatMap(({ sql }) => tablesInDanger(tokensOf(sql))))
  return [...named].flatMap((table) => {
    const rows = before.get(table)?.get(allRows) ?? 0
    return rows > 0 ? [{ table, rows }] : []
  })
}

/** After DROP in ALTER TABLE: no value is lost with these. */
const harmless = new Set(['constraint', 'default', 'not', 'identity', 'expression'])

const changing = new Set(['delete', 'update', 'truncate', 'merge'])

const fillers = new Set(['table', 'if', 'exists', 'only', 'from', 'into', 'or', 'replace'])

function tablesInDanger(tokens: readonly string[]): string[] {
  const [first = '', second = ''] = tokens
  const names = tokens.slice(1).filter((token) => !fillers.has(token))
  const name = (names[1] === '.' ? names[2] : names[0])?.replace(/^"|"$/g, '') ?? ''
  if (first === 'drop' && second === 'table') {
    const end = names.findIndex((token) => token === 'cascade' || token === 'restrict')
    return names.slice(0, end < 0 ? undefined : end).map((token) => token.replace(/^"|"$/g, ''))
  }
  if (changing.has(first)) return [name]
  // Which of the tables is changed after WITH is not looked for.
  if (first === 'with') return tokens.some((token) => changing.has(token)) ? names : []
  const isLosing = tokens.some((token, index) => token === 'type' || (token === 'drop' && !harmless.has(tokens[index + 1] ?? '')))
  return first === 'alter' && second === 'table' && isLosing ? [name] : []
}

/** Count all rows and values. Call the returned function later: it counts again and returns the losses. */
export async function countLosses(connection: Connection): Promise<() => Promise<Loss[]>> {
  const before = await countTables(connection)
  return async () => {
    const after = await countTables(connection)
    return [...before].flatMap(([table, counts]) => {
      const left = after.get(table)
      const rows = (counts.get(allRows) ?? 0) - (left?.get(allRows) ?? 0)
      if (rows > 0) return [{ table, rows }]
      return [...counts].flatMap(([column, count]) => {
        const lost = count - (left?.get(column) ?? 0)
        return column !== allRows && lost > 0 ? [{ table, column, rows: lost }] : []
      })
    })
  }
}

/** The key of a table's rows among the counts of its columns: no column has an empty name. */
const allRows = ''

/** For each table the number of its rows and, for each column, of its values that are not NULL. Generated columns lose nothing. */
async function countTables(connection: Connection): Promise<Map<string, Map<string, number>>> {
  const columns = await connection.all<{ table: string; columns: string[] }>(selectColumns)
  const counts = new Map<string, Map<string, number>>()
  for (const { table, columns: names } of columns) {
    const counted = ['count(*)', ...names.map((name) => `count(${identifier(name)})`)]
    const [row] = await connection.all<{ counts: number[] }>(`SELECT ARRAY[${counted.join(', ')}] AS counts FROM ${identifier(table)}`)
    counts.set(table, new Map([allRows, ...names].map((name, index) => [name, Number(row?.counts[index] ?? 0)])))
  }
  return counts
}

const selectColumns = `
  SELECT c.relname AS "table", array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname <> 'schema_migrations' AND a.attnum > 0 AND NOT a.attisdropped
  GROUP BY c.relname ORDER BY c.relname`
