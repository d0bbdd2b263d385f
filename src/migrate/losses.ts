/** What a run took away, found by counting before and after: no guess from the SQL. */
import { identifier } from './autogenerate/names.ts'
import type { Connection } from './connection.ts'

/** Rows (or, where a column goes, values that are not null) that a run took away. */
export interface Loss {
  readonly table: string
  readonly column?: string
  readonly rows: number
}

/** What there is in a column. Two columns with the same contents are taken for one that was renamed. */
interface ColumnContents {
  /** Values that are not null. */
  readonly values: number
  /** Number, total length, least and greatest of the values, as one text. */
  readonly contents: string
}

interface TableContents {
  readonly rows: number
  readonly columns: Map<string, ColumnContents>
}

/** Do `work` and say which rows and values it removed. What was only renamed is not lost. */
export function lossesOf(connection: Connection, work: () => void): Loss[] {
  const before = readContents(connection)
  work()
  return compareContents(before, readContents(connection))
}

function readContents(connection: Connection): Map<string, TableContents> {
  const tables = connection.all<{ name: string }>(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_migrations'",
  )
  return new Map(tables.map(({ name }) => [name, readTable(connection, name)]))
}

function readTable(connection: Connection, table: string): TableContents {
  const names = connection.all<{ name: string }>('SELECT name FROM pragma_table_xinfo(?)', table).map(({ name }) => name)
  const measures = names
    .map(identifier)
    .map((c, i) => `, count(${c}) AS v${i}, concat_ws(' ', count(${c}), sum(length(${c})), min(${c}), max(${c})) AS c${i}`)
  const [row = {}] = connection.all<Record<string, number | string>>(`SELECT count(*) AS n${measures.join('')} FROM ${identifier(table)}`)
  const columns = names.map((name, i): [string, ColumnContents] => [name, { values: Number(row[`v${i}`]), contents: String(row[`c${i}`]) }])
  return { rows: Number(row.n), columns: new Map(columns) }
}

function compareContents(before: Map<string, TableContents>, after: Map<string, TableContents>): Loss[] {
  return [...before].flatMap(([table, then]): Loss[] => {
    const now = after.get(table) ?? findRenamed(then, before, after)
    const rowsLost = then.rows - (now?.rows ?? 0)
    const rowLoss: Loss[] = rowsLost > 0 ? [{ table, rows: rowsLost }] : []
    return now ? [...rowLoss, ...compareColumns(table, then, now, Math.max(0, rowsLost))] : rowLoss
  })
}

/** A table that is new and holds just what this one held. */
function findRenamed(
  then: TableContents,
  before: Map<string, TableContents>,
  after: Map<string, TableContents>,
): TableContents | undefined {
  const contentsOf = ({ columns }: TableContents) => [...columns.values()].map(({ contents }) => contents).join('\n')
  return [...after].find(([name, now]) => !before.has(name) && now.rows === then.rows && contentsOf(now) === contentsOf(then))?.[1]
}

function compareColumns(table: string, then: TableContents, now: TableContents, rowsLost: number): Loss[] {
  const added = new Set([...now.columns].flatMap(([name, { contents }]) => (then.columns.has(name) ? [] : [contents])))
  return [...then.columns].flatMap(([column, { values, contents }]): Loss[] => {
    const left = now.columns.get(column)?.values ?? (added.has(contents) ? values : 0)
    const rows = values - left - (now.columns.has(column) ? rowsLost : 0)
    return rows > 0 ? [{ table, column, rows }] : []
  })
}
