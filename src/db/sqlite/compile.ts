/** Finds triggers, views, defaults and CHECKs that SQLite accepted but that do not compile, so they fail when they are used. */
import { errorMessage } from '../../errors.ts'
import type { Connection } from './connection.ts'
import { identifier } from './sql-text.ts'

interface SchemaObject {
  readonly name: string
  readonly type: 'table' | 'view' | 'virtual'
}

/** All tables and views, except shadow tables, SQLite's internal tables and the migrator's. */
const selectObjects = `
  SELECT name, type FROM pragma_table_list
  WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_migrations'`

/** A sentence for each statement that fails: `INSERT INTO users fails: no such table: main.log_old`. Changes no row. */
export function compileFaults(connection: Connection): string[] {
  return connection.all<SchemaObject>(selectObjects).flatMap((object) => {
    const found = faultsOf(connection, object)
    // One fault often makes INSERT, UPDATE and DELETE fail alike.
    return found
      .filter(({ reason }, index) => found.findIndex((other) => other.reason === reason) === index)
      .map(({ action, reason }) => `${action} ${identifier(object.name)} fails: ${reason}`)
  })
}

interface Fault {
  readonly action: string
  readonly reason: string
}

function faultsOf(connection: Connection, { name, type }: SchemaObject): Fault[] {
  const table = `main.${identifier(name)}`
  if (type === 'table') return changeFaults(connection, name)
  // EXPLAIN does not notice that the table of a search index is missing, so read a row.
  if (type === 'virtual') return faultOf(connection, 'SELECT * FROM', `SELECT 1 FROM ${table} LIMIT 1`)
  const ofView = faultOf(connection, 'SELECT * FROM', `EXPLAIN SELECT * FROM ${table}`)
  // A view can be changed only where it has an INSTEAD OF trigger for that change.
  const hasNoTrigger = `cannot modify ${name} because it is a view`
  return ofView.length > 0 ? ofView : changeFaults(connection, name).filter(({ reason }) => reason !== hasNoTrigger)
}

/** EXPLAIN of a change compiles the triggers, defaults, CHECKs and generated columns that it needs. */
function changeFaults(connection: Connection, name: string): Fault[] {
  const stored = connection.all<{ name: string }>("SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0", name)
  const assignments = stored.map((column) => `${identifier(column.name)} = ${identifier(column.name)}`)
  const table = `main.${identifier(name)}`
  return [
    ...faultOf(connection, 'INSERT INTO', `EXPLAIN INSERT INTO ${table} DEFAULT VALUES`),
    ...faultOf(connection, 'UPDATE', `EXPLAIN UPDATE ${table} SET ${assignments.join(', ')}`),
    ...faultOf(connection, 'DELETE FROM', `EXPLAIN DELETE FROM ${table}`),
  ]
}

function faultOf(connection: Connection, action: string, statement: string): Fault[] {
  try {
    connection.exec(statement)
    return []
  } catch (error) {
    return [{ action, reason: errorMessage(error) }]
  }
}
