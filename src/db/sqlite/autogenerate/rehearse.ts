/** Runs a migration on tables with rows in memory, to see which schema it produces and whether it keeps the rows. */

import { foldCase } from '../../../fold-case.ts'
import type { Connection, OpenMemory } from '../connection.ts'
import { match } from './match.ts'
import { readSchema } from './read-schema.ts'
import { isStored, type Snapshot, type Table } from './snapshot.ts'
import { identifier, identifiers, literal } from './spelling.ts'

/** How to create a database in memory with the schema of the migration files. */
export interface MemoryDatabase {
  readonly openMemory: OpenMemory
  /** Runs the upgrade section of every migration file, in order, on an empty database. */
  readonly replay: (connection: Connection) => void
}

interface Rehearsal {
  /** Statements that run before `steps`. */
  readonly before: readonly string[]
  /** The statements to test: the rows are compared before and after them. */
  readonly steps: readonly string[]
  /** Statements that run after `steps`. */
  readonly after: readonly string[]
  /** The schemas before and after `steps`. Tables and columns in both must keep their values. */
  readonly from: Snapshot
  readonly to: Snapshot
  /** Tables that must have rows for the test to mean anything. */
  readonly needRows: readonly string[]
}

/** Call `use` with a new in-memory database without foreign key checks, and close it. */
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
 * Run a migration as the migrator does, on tables with rows and with child tables that cascade on delete, and return the resulting schema.
 * @throws SQLite's error, if a statement fails, or an Error, if a row, a child row or an AUTOINCREMENT number is lost
 */
export function rehearse({ openMemory, replay }: MemoryDatabase, rehearsal: Rehearsal): Snapshot {
  return inMemory(openMemory, (connection) => {
    replay(connection)
    fillTables(connection)
    const { before, steps, after, from, to, needRows } = rehearsal
    const children = addChildren(connection, readSchema(connection), from, to)
    runInTransaction(connection, before)
    for (const name of needRows) {
      if (connection.all(`SELECT 1 FROM ${identifier(name)}`).length === 0) throw new Error(`no test row could be inserted into '${name}'`)
    }
    const queries = [...queriesOfKeptData(from, to), ...children.map((child) => `SELECT * FROM ${child}`)]
    const expected = queries.map((query) => connection.all(query))
    runInTransaction(connection, steps)
    queries.forEach((query, i) => {
      if (JSON.stringify(connection.all(query)) !== JSON.stringify(expected[i])) throw new Error(`rows or values are lost: ${query}`)
    })
    runInTransaction(connection, [...after, ...children.map((child) => `DROP TABLE ${child}`)])
    return readSchema(connection)
  })
}

/** Run `statements` in one transaction, as the migrator runs a file. */
export const runInTransaction = (connection: Connection, statements: readonly string[]): void =>
  connection.exec(['BEGIN', ...statements, 'COMMIT', ''].join(';\n'))

/**
 * Insert three rows into each table. Row 2 has the value 2 in every column, so keys are unique and every foreign key has a parent.
 * CHECKs are off, because invented values may fail them. Triggers are dropped meanwhile, because they may have any effect.
 * AUTOINCREMENT numbers are set to 1000, more than any rowid, so that a lost one is noticed.
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
    // An expression in an index or a generated column can fail on these values. The table then has fewer rows or none.
  }
}

/** Create a child table for each table that keeps its primary key. It cascades on delete, so it shows if parent rows are deleted. */
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

/** Queries whose results must not change. They cast the values, 1 to 3, to REAL, because `steps` may change the type of a column. */
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
