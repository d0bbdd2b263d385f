/** Running a migration on a filled copy in memory, and looking whether it arrives and what it leaves. */

import { foldCase } from '../../../fold-case.ts'
import type { Connection, OpenMemory } from '../connection.ts'
import { match } from './match.ts'
import { readSchema } from './read-schema.ts'
import { isStored, type Snapshot, type Table } from './snapshot.ts'
import { identifier, identifiers, literal } from './spelling.ts'

export interface MemoryDatabase {
  readonly openMemory: OpenMemory
  /** Brings an empty database to the schema from which the migration starts. */
  readonly replay: (connection: Connection) => void
}

export interface Rehearsal {
  /** What runs before the rows are looked at, the steps themselves, and what runs after the rows were looked at again. */
  readonly before: readonly string[]
  readonly steps: readonly string[]
  readonly after: readonly string[]
  /** The schemas around `steps`: whatever is in both must keep its values. */
  readonly from: Snapshot
  readonly to: Snapshot
  /** Tables of which an empty one would prove nothing. */
  readonly needRows: readonly string[]
}

/** Runs with a database in memory, and closes it. */
export function inMemory<Result>(openMemory: OpenMemory, use: (connection: Connection) => Result): Result {
  const connection = openMemory()
  try {
    connection.exec('PRAGMA foreign_keys = OFF')
    return use(connection)
  } finally {
    connection.close()
  }
}

/**
 * The schema that a migration arrives at, run as the migrator runs it on tables that hold rows, each one with a child that
 * cascades. Throws SQLite's error if a statement fails, and an error if a row, a child row or an AUTOINCREMENT number is lost.
 */
export function rehearse({ openMemory, replay }: MemoryDatabase, rehearsal: Rehearsal): Snapshot {
  return inMemory(openMemory, (connection) => {
    replay(connection)
    fillTables(connection)
    const { before, steps, after, from, to, needRows } = rehearsal
    const children = addChildren(connection, readSchema(connection), from, to)
    runInTransaction(connection, before)
    for (const name of needRows) {
      if (connection.all(`SELECT 1 FROM ${identifier(name)}`).length === 0) throw new Error(`no row could be made for '${name}'`)
    }
    const queries = [...queriesOfKeptData(from, to), ...children.map((child) => `SELECT * FROM ${child}`)]
    const expected = queries.map((query) => connection.all(query))
    runInTransaction(connection, steps)
    queries.forEach((query, i) => {
      if (JSON.stringify(connection.all(query)) !== JSON.stringify(expected[i])) throw new Error(`rows are lost: ${query}`)
    })
    runInTransaction(connection, [...after, ...children.map((child) => `DROP TABLE ${child}`)])
    return readSchema(connection)
  })
}

/** One transaction with foreign keys off, as the migrator runs a file. */
export const runInTransaction = (connection: Connection, statements: readonly string[]): void =>
  connection.exec(['BEGIN', ...statements, 'COMMIT', ''].join(';\n'))

/**
 * Three rows in each table. Row 2 holds 2 in every column, in whatever type: so every key is unique and every foreign key
 * finds its parent. CHECKs are off, since no made-up row can meet them all; triggers are away, since they may do anything.
 */
function fillTables(connection: Connection): void {
  const { tables, triggers } = readSchema(connection)
  connection.exec('PRAGMA ignore_check_constraints = ON')
  for (const { name } of triggers) connection.exec(`DROP TRIGGER ${identifier(name)}`)
  for (const table of tables) for (const row of [1, 2, 3]) insertRow(connection, table, row)
  for (const { name, isAutoincrement } of tables)
    if (isAutoincrement) connection.exec(`UPDATE sqlite_sequence SET seq = 1000 WHERE name = ${literal(name)}`)
  for (const { sql } of triggers) connection.exec(sql)
}

function insertRow(connection: Connection, table: Table, row: number): void {
  const columns = table.columns.filter(isStored)
  const values = columns.map(({ type }) => (type === 'BLOB' ? `CAST(${row} AS BLOB)` : row))
  const names = identifiers(columns.map(({ name }) => name))
  try {
    connection.exec(`INSERT OR IGNORE INTO ${identifier(table.name)} (${names}) VALUES (${values.join(', ')})`)
  } catch {
    // An expression in an index or a column that fails on a number: the table has fewer rows, or none.
  }
}

/** A table that cascades from each table that keeps its primary key, and so must keep its own rows too. */
function addChildren(connection: Connection, schema: Snapshot, from: Snapshot, to: Snapshot): string[] {
  const keptKeys = match(from.tables, to.tables).kept.filter(
    ([a, b]) => a.primaryKey.rule === b.primaryKey.rule && a.primaryKey.rule !== '',
  )
  const names = new Set(keptKeys.map(([{ name }]) => foldCase(name)))
  const parents = schema.tables.filter(({ name, primaryKey }) => names.has(foldCase(name)) && primaryKey.columns.length > 0)
  return parents.map(({ name, primaryKey }, i) => {
    const child = `rehearsal_child_${i}`
    const childColumns = primaryKey.columns.map((_, column) => `c${column}`).join(', ')
    const parentColumns = identifiers(primaryKey.columns)
    const foreignKey = `FOREIGN KEY (${childColumns}) REFERENCES ${identifier(name)} (${parentColumns}) ON DELETE CASCADE`
    connection.exec(`CREATE TABLE ${child} (${childColumns}, ${foreignKey})`)
    connection.exec(`INSERT INTO ${child} SELECT ${parentColumns} FROM ${identifier(name)}`)
    return child
  })
}

/** Queries whose answers must not change. Values are compared as numbers, which they are in every type a column may get. */
function queriesOfKeptData(from: Snapshot, to: Snapshot): string[] {
  return match(from.tables, to.tables).kept.flatMap(([before, after]) => {
    const columns = match(before.columns, after.columns).kept.filter((pair) => pair.every(isStored))
    const values = ['count(*) OVER ()', ...columns.map(([{ name }]) => `CAST(${identifier(name)} AS REAL)`)]
    const order = values.map((_, i) => i + 1)
    const rows = `SELECT ${values.join(', ')} FROM ${identifier(before.name)} ORDER BY ${order.join(', ')}`
    const sequence = `SELECT seq FROM sqlite_sequence WHERE name = ${literal(after.name)}`
    return [rows, ...(before.isAutoincrement && after.isAutoincrement ? [sequence] : [])]
  })
}
