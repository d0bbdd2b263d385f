/** Which rows and values a run takes away: foreseen from its statements, and counted around it. */

import { foldCase } from '../../fold-case.ts'
import type { Statement } from '../../migrate/files.ts'
import type { Loss } from '../../migrate/step.ts'
import { identifier } from './autogenerate/spelling.ts'
import type { Connection } from './connection.ts'
import { type Effect, effectsOf } from './effects.ts'

/** A table that was there before a run, or one of its columns. */
interface Tracked {
  readonly name: string
  /** Rows, or values that are not NULL. */
  readonly count: number
  readonly columns: readonly Tracked[]
  /** The folded names by which statements call it at this point of the run. */
  readonly names: Set<string>
}

/** The non-empty tables that `statements` drop, rebuild, drop a column from, delete from or rewrite, by the names that they have now. */
export function rowsInDanger(connection: Connection, statements: readonly Statement[]): Loss[] {
  const tables = ordinaryTables(connection).map((table) => track(table))
  const inDanger = new Set<string>()
  for (const effect of effectsOf(statements)) {
    const table = find(tables, effect.table)
    if (table && effect.action !== 'rename') inDanger.add(table.name)
    follow(tables, effect)
  }
  return [...inDanger].map((table) => ({ table, rows: count(connection, table, ['*'])[0] ?? 0 })).filter(({ rows }) => rows > 0)
}

/** Count all rows and values. What is returned counts them again after `statements` have run, and says what is gone. */
export function countLosses(connection: Connection): (statements: readonly Statement[]) => Loss[] {
  const before = countTables(connection)
  return (statements) => {
    for (const effect of effectsOf(statements)) follow(before, effect)
    const after = countTables(connection)
    return before.flatMap((table) => compare(table, successor(table, after)))
  }
}

/** All but views, virtual and shadow tables, and those that SQLite or the migrator keeps. */
const ordinaryTables = (connection: Connection): string[] =>
  connection
    .all<{ name: string }>("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    .map(({ name }) => name)
    .filter((name) => !/^(sqlite_|schema_migrations$)/i.test(name))

const track = (name: string, count = 0, columns: Tracked[] = []): Tracked => ({ name, count, columns, names: new Set([foldCase(name)]) })

const find = (items: readonly Tracked[], name: string): Tracked | undefined => items.find(({ names }) => names.has(name))

const successor = (item: Tracked, after: readonly Tracked[]): Tracked | undefined =>
  after.find(({ name }) => item.names.has(foldCase(name)))

/** A rebuild drops a table, or a column, and makes it again: under the name that it had then or, where that is free, its first one. */
function follow(tables: readonly Tracked[], { action, table, column, to }: Effect): void {
  const [items, name] = column === '' ? [tables, table] : [find(tables, table)?.columns ?? [], column]
  const item = find(items, name)
  if (!item) return
  if (action === 'rename') {
    find(items, to)?.names.delete(to)
    item.names.delete(name)
    item.names.add(to)
  } else if (action === 'drop' && !find(items, foldCase(item.name))) item.names.add(foldCase(item.name))
}

function countTables(connection: Connection): Tracked[] {
  return ordinaryTables(connection).map((table) => {
    // Generated columns, whose values are never lost, are not in table_info.
    const columns = connection.all<{ name: string }>("SELECT name FROM pragma_table_info(?, 'main')", table).map(({ name }) => name)
    const [rows, ...values] = count(connection, table, ['*', ...columns.map(identifier)])
    const tracked = columns.map((column, i) => track(column, values[i]))
    return track(table, rows, tracked)
  })
}

/** Counts 1,000 at a time, because SQLite allows 2,000 columns in a result (https://sqlite.org/limits.html#max_column). */
function count(connection: Connection, table: string, columns: readonly string[]): number[] {
  if (columns.length === 0) return []
  const counts = columns.slice(0, 1000).map((column, i) => `count(${column}) AS n${i}`)
  const [row = {}] = connection.all<Record<string, number>>(`SELECT ${counts.join(', ')} FROM main.${identifier(table)}`)
  return [...Object.values(row), ...count(connection, table, columns.slice(1000))]
}

function compare({ name, count, columns }: Tracked, now?: Tracked): Loss[] {
  const rows = Math.max(0, count - (now?.count ?? 0))
  const values = columns.map((column): Loss => {
    const left = successor(column, now?.columns ?? [])
    return { table: name, column: column.name, rows: column.count - (left ? left.count + rows : 0) }
  })
  return [{ table: name, rows }, ...(now ? values : [])].filter((loss) => loss.rows > 0)
}
