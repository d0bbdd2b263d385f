/** What a run took away, found by counting before and after: no guess from the SQL. */
import { identifier } from './autogenerate/names.ts'
import type { Connection } from './connection.ts'

/** Rows (or, where a column goes, values that are not null) that a run took away. */
export interface Loss {
  readonly table: string
  readonly column?: string
  readonly rows: number
}

interface TableCounts {
  readonly rows: number
  readonly columns: Map<string, number>
}

/** Do `work` and say which rows and values it removed. */
export function lossesOf(connection: Connection, work: () => void): Loss[] {
  const before = countValues(connection)
  work()
  return compareValues(before, countValues(connection))
}

/** For each table the number of its rows, and for each column the number of its values that are not null. */
function countValues(connection: Connection): Map<string, TableCounts> {
  const tables = connection.all<{ name: string }>(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_migrations'",
  )
  return new Map(tables.map(({ name }) => [name, countTable(connection, name)]))
}

function countTable(connection: Connection, table: string): TableCounts {
  const columns = connection.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', table).map(({ name }) => name)
  const counts = columns.map((column, index) => `, count(${identifier(column)}) AS c${index}`).join('')
  const [row = {}] = connection.all<Record<string, number>>(`SELECT count(*) AS n${counts} FROM ${identifier(table)}`)
  return { rows: row.n ?? 0, columns: new Map(columns.map((column, index) => [column, row[`c${index}`] ?? 0])) }
}

function compareValues(before: Map<string, TableCounts>, after: Map<string, TableCounts>): Loss[] {
  return [...before].flatMap(([table, { rows, columns }]): Loss[] => {
    const now = after.get(table)
    const rowsLost = rows - (now?.rows ?? 0)
    const rowLoss: Loss[] = rowsLost > 0 ? [{ table, rows: rowsLost }] : []
    if (!now) return rowLoss
    const columnsGone = [...columns].filter(([column, values]) => values > 0 && !now.columns.has(column))
    return [...rowLoss, ...columnsGone.map(([column, values]): Loss => ({ table, column, rows: values }))]
  })
}
