/** Runs a migration on tables with rows in memory, to see which schema it produces and whether it keeps the rows. */

import type { Rename } from '../../../migrate/new-file.ts'
import type { Connection, OpenMemory } from '../connection.ts'
import { identifier, identifiers, literal } from '../sql-text.ts'
import { match } from './match.ts'
import { readSchema } from './read-schema.ts'
import { formerColumn, formerTable } from './renames.ts'
import { isStored, type Snapshot, type Table } from './snapshot.ts'

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
  /** The renames that `steps` contain. */
  readonly renames: readonly Rename[]
  /** The schemas after the renames and after all `steps`. Tables and columns in both must keep their values. */
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
    const { before, steps, renames, needRows } = rehearsal
    runInTransaction(connection, before)
    for (const name of needRows.map((table) => formerTable(renames, table))) {
      if (connection.all(`SELECT 1 FROM ${identifier(name)}`).length === 0) throw new Error(`no test row could be inserted into '${name}'`)
    }
    const children = addChildren(connection, rehearsal)
    const queries = [...queriesOfKeptData(rehearsal), ...children.map((child) => both(`SELECT * FROM ${child}`))]
    const expected = queries.map(({ before }) => connection.all(before))
    runInTransaction(connection, steps)
    queries.forEach(({ after }, i) => {
      if (JSON.stringify(connection.all(after)) !== JSON.stringify(expected[i])) throw new Error(`rows or values are lost: ${after}`)
    })
    runInTransaction(
      connection,
      children.map((child) => `DROP TABLE ${child}`),
    )
    return readSchema(connection)
  })
}

/** Run `statements` in one transaction, as the migrator runs a file. */
export const runInTransaction = (connection: Connection, statements: readonly string[]): void =>
  connection.exec(['BEGIN', ...statements, 'COMMIT', ''].join(';\n'))

/**
 * Insert three rows into each table. Row 2 has the value 2 in every column, so keys are unique and every foreign key has a parent.
 * CHECKs are off, because these values may fail them. Triggers are dropped meanwhile, because they may have any effect.
 * AUTOINCREMENT numbers are set to 1000, more than any rowid, so that losing one is noticed.
 */
export function fillTables(connection: Connection): void {
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

/** Give each table that keeps its primary key a child table with ON DELETE CASCADE, which loses rows if parent rows are deleted. */
function addChildren(connection: Connection, { renames, from, to }: Rehearsal): string[] {
  const keptKeys = match(from.tables, to.tables).kept.filter(
    ([a, b]) => a.primaryKey.rule === b.primaryKey.rule && a.primaryKey.columns.length > 0,
  )
  return keptKeys.map(([{ name, primaryKey }], i) => {
    const child = `rehearsal_child_${i}`
    const parent = identifier(formerTable(renames, name))
    const childColumns = primaryKey.columns.map((_, column) => `c${column}`).join(', ')
    const parentColumns = identifiers(primaryKey.columns.map((column) => formerColumn(renames, name, column)))
    const foreignKey = `FOREIGN KEY (${childColumns}) REFERENCES ${parent} (${parentColumns}) ON DELETE CASCADE`
    connection.exec(`CREATE TABLE ${child} (${childColumns}, ${foreignKey})`)
    connection.exec(`INSERT INTO ${child} SELECT ${parentColumns} FROM ${parent}`)
    return child
  })
}

/** A query of the same data before and after the steps. */
interface DataQuery {
  readonly before: string
  readonly after: string
}

const both = (query: string): DataQuery => ({ before: query, after: query })

/** Queries whose results must not change. They cast the values, 1 to 3, to REAL, because `steps` may change the type of a column. */
function queriesOfKeptData({ renames, from, to }: Rehearsal): DataQuery[] {
  return match(from.tables, to.tables).kept.flatMap(([before, after]) => {
    const columns = match(before.columns, after.columns).kept.filter((pair) => pair.every(isStored))
    const names = columns.map(([, { name }]) => name)
    const formerNames = columns.map(([{ name }]) => formerColumn(renames, before.name, name))
    const formerName = formerTable(renames, before.name)
    const rows = { before: rowsOf(formerName, formerNames), after: rowsOf(after.name, names) }
    const sequence = { before: sequenceOf(formerName), after: sequenceOf(after.name) }
    return [rows, ...(before.isAutoincrement && after.isAutoincrement ? [sequence] : [])]
  })
}

function rowsOf(table: string, columns: readonly string[]): string {
  const values = ['count(*) OVER ()', ...columns.map((name) => `CAST(${identifier(name)} AS REAL)`)]
  const order = values.map((_, i) => i + 1).join(', ')
  return `SELECT ${values.map((value, i) => `${value} AS v${i}`).join(', ')} FROM ${identifier(table)} ORDER BY ${order}`
}

const sequenceOf = (table: string): string => `SELECT seq FROM sqlite_sequence WHERE name = ${literal(table)}`
