/** Finds the rows and values that a migration run loses: predicted from its statements, or counted before and after it. */

import { foldCase } from '../../fold-case.ts'
import type { Statement } from '../../migrate/files.ts'
import type { Loss } from '../../migrate/step.ts'
import type { Connection } from './connection.ts'
import { type Effect, effectsOf } from './effects.ts'
import { identifier } from './sql-text.ts'
import { virtualTables } from './virtual-tables.ts'

/** A table that existed before the run, or one of its columns. */
interface TrackedItem {
  readonly name: string
  /** The number of rows of a table, or of non-NULL values of a column. */
  readonly count: number
  readonly columns: readonly TrackedItem[]
  /** The folded names of this item for the next statement: one, or two after a drop (see `applyEffect`). */
  readonly names: Set<string>
}

/** The non-empty tables that `statements` drop, rebuild, drop a column from, delete from or rewrite, by their current names. */
export function rowsInDanger(connection: Connection, statements: readonly Statement[]): Loss[] {
  const tables = storingTables(connection).map((table) => track(table))
  const inDanger = new Set<string>()
  for (const effect of effectsOf(statements)) {
    const table = find(tables, effect.table)
    if (table && effect.action !== 'rename') inDanger.add(table.name)
    applyEffect(tables, effect)
  }
  return [...inDanger].map((table) => ({ table, rows: count(connection, table, ['*'])[0] ?? 0 })).filter(({ rows }) => rows > 0)
}

/** Count all rows and values. Call the returned function after `statements` have run: it counts again and returns the losses. */
export function countLosses(connection: Connection): (statements: readonly Statement[]) => Loss[] {
  const before = countTables(connection)
  return (statements) => {
    for (const effect of effectsOf(statements)) applyEffect(before, effect)
    const after = countTables(connection)
    return before.flatMap((table) => lossesOf(table, findCurrent(after, table)))
  }
}

/** The virtual tables that hold rows. Others show those of another table. */
const storing = /^(?:fts[345]|rtree|rtree_i32|geopoly)$/

/** The names of all tables with rows of their own, except those of SQLite and the migrator. */
const storingTables = (connection: Connection): string[] => [
  ...connection
    .all<{ name: string }>("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    .map(({ name }) => name)
    .filter((name) => !/^(sqlite_|schema_migrations$)/i.test(name)),
  ...virtualTables(connection)
    .filter(({ module, content }) => storing.test(module) && content === '')
    .map(({ name }) => name),
]

const track = (name: string, count = 0, columns: TrackedItem[] = []): TrackedItem => ({
  name,
  count,
  columns,
  names: new Set([foldCase(name)]),
})

const find = (items: readonly TrackedItem[], name: string): TrackedItem | undefined => items.find(({ names }) => names.has(name))

/** Find the table or column that `item` has become. */
const findCurrent = (after: readonly TrackedItem[], item: TrackedItem): TrackedItem | undefined =>
  after.find(({ name }) => item.names.has(foldCase(name)))

/**
 * Update `names` after a statement. A dropped table or column keeps its name, because a rebuild creates it again. It also gets back the
 * name that it had before the run, unless another item has that name now.
 */
function applyEffect(tables: readonly TrackedItem[], { action, table, column, to }: Effect): void {
  const [items, name] = column === '' ? [tables, table] : [find(tables, table)?.columns ?? [], column]
  const item = find(items, name)
  if (!item) return
  if (action === 'rename') {
    find(items, to)?.names.delete(to)
    item.names.delete(name)
    item.names.add(to)
  } else if (action === 'drop' && !find(items, foldCase(item.name))) item.names.add(foldCase(item.name))
}

function countTables(connection: Connection): TrackedItem[] {
  return storingTables(connection).map((table) => {
    // table_info leaves out generated columns. Their values cannot be lost.
    const columns = connection.all<{ name: string }>("SELECT name FROM pragma_table_info(?, 'main')", table).map(({ name }) => name)
    const [rows, ...values] = count(connection, table, ['*', ...columns.map(identifier)])
    const tracked = columns.map((column, i) => track(column, values[i]))
    return track(table, rows, tracked)
  })
}

/** Counts at most 1,000 columns in one query: SQLite allows 2,000 columns in a result (https://sqlite.org/limits.html#max_column). */
function count(connection: Connection, table: string, columns: readonly string[]): number[] {
  if (columns.length === 0) return []
  const counts = columns.slice(0, 1000).map((column, i) => `count(${column}) AS n${i}`)
  const [row = {}] = connection.all<Record<string, number>>(`SELECT ${counts.join(', ')} FROM main.${identifier(table)}`)
  return [...Object.values(row), ...count(connection, table, columns.slice(1000))]
}

function lossesOf({ name, count, columns }: TrackedItem, current?: TrackedItem): Loss[] {
  const rows = Math.max(0, count - (current?.count ?? 0))
  // A value that is lost with its row is not counted again.
  const values = columns.map((column): Loss => {
    const left = findCurrent(current?.columns ?? [], column)
    return { table: name, column: column.name, rows: column.count - (left ? left.count + rows : 0) }
  })
  return [{ table: name, rows }, ...(current ? values : [])].filter((loss) => loss.rows > 0)
}
