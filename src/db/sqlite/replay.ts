/** Running the statements of migration files, so that a fault names its place. */
import { DatabaseError, databaseFault, errorCode, MicroblogError, RefusedError } from '../../errors.ts'
import type { Migration } from '../../migrate/files.ts'
import type { MigrationName } from '../../migrate/folder.ts'
import type { Connection } from './connection.ts'
import type { Statement } from './tokens.ts'

/** @throws RefusedError naming file and line, with `consequence` as what became of the database; DatabaseError, if the disk is full or the like. */
export function runStatement(connection: Connection, { file }: MigrationName, { sql, line }: Statement, consequence: string): void {
  const place = `${file}:${line}`
  const wasInTransaction = connection.inTransaction
  try {
    connection.exec(sql)
  } catch (error) {
    const fault = databaseFault(error, place)
    if (fault instanceof DatabaseError) throw fault
    const isRow = errorCode(error)?.startsWith('SQLITE_CONSTRAINT')
    const advice = isRow ? 'a row that is there does not fit: mend it, or let the migration do so\n' : ''
    throw new RefusedError(`${place}: ${error instanceof Error ? error.message : String(error)}`, advice + consequence)
  }
  if (connection.inTransaction !== wasInTransaction) throw new MicroblogError(`${place}: this statement ended the transaction`, 4)
}

/**
 * Run the upgrade section of every file, in order. No transaction, no record: for databases in memory.
 * @throws RefusedError naming file and line, if a statement fails.
 */
export function replay(connection: Connection, files: readonly Migration[]): void {
  for (const file of files) {
    for (const statement of file.upgrade) runStatement(connection, file, statement, 'the migrations do not run on an empty database')
  }
}
