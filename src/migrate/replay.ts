/** What the migration files make of an empty database. */
import type { Connection } from './connection.ts'
import type { Migration } from './files.ts'

/** Run the upgrade section of every file, in order. No transaction, no record: for databases in memory. */
export function replay(connection: Connection, files: readonly Migration[]): void {
  for (const { upgrade } of files) for (const { sql } of upgrade) connection.exec(sql)
}
