/** Finds the rows and values that a migration run loses. */
import type { Statement } from '../../migrate/files.ts'
import type { Loss } from '../../migrate/step.ts'
import { tokensOf } from './migration-statements.ts'
import type { Connection } from './server-connection.ts'
import { identifier } from './sql-words.ts'

/** The non-empty tables that `statements` drop, drop a column from, change the type of one in, delete from or rewrite. */
export async function rowsInDanger(connection: Connection, statements: readonly Statement[]): Promise<Loss[]> {
  const before = await countTables(connection)
  const actions = statements.flatMap(({ sql }) => actionsOf(tokensOf(sql)))
  const renamed = new Set(actions.filter(({ kind }) => kind === 'rename').map(({ table }) => table))
  const losing = actions.filter(({ kind }) => kind === 'lose')
  // Under its new name a table that was renamed is not known here.
  const losesUnknown = losing.some(({ table }) => !before.has(table))
  return [...before].flatMap(([table, { rows, generated }]) => {
    const isLost = losing.some((action) => action.table === table && (renamed.has(table) || !generated.includes(action.column ?? '')))
    return rows > 0 && (isLost || (losesUnknown && renamed.has(table))) ? [{ table, rows }] : []
  })
}

/** What a statement does to a table, or only to the values of a column. */
interface Action {
  readonly kind: 'lose' | 'rename'
  readonly table: string
  readonly column?: string
}

/** After DROP in ALTER TABLE: no value is lost with these. */
const harmless = new Set(['constraint', 'default', 'not', 'identity', 'expression'])

const changing = new Set(['delete', 'update', 'truncate', 'merge'])

const fillers = new Set(['table', 'if', 'exists', 'only', 'from', 'into', 'or', 'replace'])

function actionsOf(tokens: readonly string[]): Action[] {
  const [first = '', second = ''] = tokens
  const names = tokens.slice(1).filter((token) => !fillers.has(token))
  const table = unquoted(names[1] === '.' ? names[2] : names[0])
  if (first === 'drop' && second === 'table') {
    const end = names.findIndex((token) => token === 'cascade' || token === 'restrict')
    return names.slice(0, end < 0 ? undefined : end).map((token) => ({ kind: 'lose', table: unquoted(token) }))
  }
  if (changing.has(first)) return [{ kind: 'lose', table }]
  // Which of the tables is changed after WITH is not looked for.
  if (first === 'with') return tokens.some((token) => changing.has(token)) ? names.map((name) => ({ kind: 'lose', table: name })) : []
  if (first !== 'alter' || second !== 'table') return []
  return tokens.flatMap((token, index): Action[] => {
    if (token === 'rename') return [{ kind: 'rename', table }]
    if (token === 'type') return [{ kind: 'lose', table }]
    if (token !== 'drop' || harmless.has(tokens[index + 1] ?? '')) return []
    const column = tokens.slice(index + 1).find((word) => !['column', 'if', 'exists'].includes(word))
    return [{ kind: 'lose', table, column: unquoted(column) }]
  })
}

const unquoted = (token = ''): string => token.replace(/^"|"$/g, '')

/** Count all rows and values. Call the returned function later: it counts again and returns the losses. */
export async function countLosses(connection: Connection): Promise<() => Promise<Loss[]>> {
  const before = await countTables(connection)
  return async () => {
    const after = await countTables(connection)
    return [...before].flatMap(([table, { rows, values }]) => {
      const left = after.get(table)
      const lostRows = rows - (left?.rows ?? 0)
      if (lostRows > 0) return [{ table, rows: lostRows }]
      return [...values].flatMap(([column, count]) => {
        const lost = count - (left?.values.get(column) ?? 0)
        return lost > 0 ? [{ table, column, rows: lost }] : []
      })
    })
  }
}

interface TableCount {
  readonly rows: number
  /** How many are not NULL, by column. */
  readonly values: ReadonlyMap<string, number>
  /** The generated columns, which lose nothing. */
  readonly generated: readonly string[]
}

async function countTables(connection: Connection): Promise<Map<string, TableCount>> {
  const tables = await connection.all<{ table: string; columns: string[]; generated: string[] }>(selectColumns)
  const counts = new Map<string, TableCount>()
  for (const { table, columns, generated } of tables) {
    const counted = ['count(*)', ...columns.map((name) => `count(${identifier(name)})`)]
    const [row] = await connection.all<{ counts: number[] }>(`SELECT ARRAY[${counted.join(', ')}] AS counts FROM ${identifier(table)}`)
    const [rows = 0, ...values] = (row?.counts ?? []).map(Number)
    counts.set(table, { rows, values: new Map(columns.map((name, index) => [name, values[index] ?? 0])), generated })
  }
  return counts
}

const selectColumns = `
  SELECT c.relname AS "table",
    coalesce(array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = ''), '{}') AS columns,
    coalesce(array_agg(a.attname::text) FILTER (WHERE a.attgenerated <> ''), '{}') AS generated
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname <> 'schema_migrations' AND a.attnum > 0 AND NOT a.attisdropped
  GROUP BY c.relname ORDER BY c.relname`
