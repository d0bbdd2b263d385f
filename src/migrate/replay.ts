/** What the migration files make of an empty database. */
import type { Connection } from './connection.ts'
import type { Migration } from './files.ts'
import { runStatement } from './statement.ts'

/**
 * Run the upgrade section of every file, in order. No transaction, no record: for databases in memory.
 * @throws RefusedError naming file and line, if a statement fails.
 */
export function replay(connection: Connection, files: readonly Migration[]): void {
  for (const file of files) {
    for (const statement of file.upgrade) runStatement(connection, file, statement, 'the migrations do not run on an empty database')
  }
}
