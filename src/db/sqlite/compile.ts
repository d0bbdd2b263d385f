/** Whether everything in a schema compiles: SQLite accepts triggers, views, defaults and CHECKs that fail when they are used. */
import { identifier } from './autogenerate/spelling.ts'
import type { Connection } from './connection.ts'

/** Without shadow tables, SQLite's own and the migrator's. */
const selectObjects = `
  SELECT name, type FROM pragma_table_list
  WHERE schema = 'main' AND type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_migrations'`

/** What fails, a sentence each: `INSERT INTO users fails: no such table: main.log_old`. Reads and changes no row. */
export function compileFaults(connection: Connection): string[] {
  const objects = connection.all<{ name: string; type: 'table' | 'view' }>(selectObjects)
  return objects.flatMap(({ name, type }) => {
    const statements = type === 'view' ? [`SELECT * FROM ${identifier(name)}`] : changesOf(connection, name)
    const found = statements.flatMap((statement) => compileFault(connection, statement))
    // One fault of a table often breaks all three of its statements.
    return found
      .filter(({ reason }, index) => found.findIndex((other) => other.reason === reason) === index)
      .map(({ sentence }) => sentence)
  })
}

/** Statements that compile all triggers, defaults, CHECKs and generated columns of a table. */
function changesOf(connection: Connection, table: string): string[] {
  const stored = connection.all<{ name: string }>('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0', table)
  const assignments = stored.map(({ name }) => `${identifier(name)} = ${identifier(name)}`)
  const name = identifier(table)
  return [`INSERT INTO ${name} DEFAULT VALUES`, `UPDATE ${name} SET ${assignments.join(', ')}`, `DELETE FROM ${name}`]
}

function compileFault(connection: Connection, statement: string): { readonly reason: string; readonly sentence: string }[] {
  try {
    connection.all(`EXPLAIN ${statement}`)
    return []
  } catch (error) {
    const reason = (error as Error).message
    return [{ reason, sentence: `${statement.replace(/ (DEFAULT VALUES|SET .*)$/, '')} fails: ${reason}` }]
  }
}
