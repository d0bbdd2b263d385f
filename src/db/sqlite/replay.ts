/** Runs the migration files on an in-memory database. */
import { atLine, type Migration } from '../../migrate/files.ts'
import type { Connection } from './connection.ts'
import { explainStatement } from './result-codes.ts'

/** Run the upgrade section of every file, in order, without a transaction or history. @throws MicroblogError that names file and line */
export function replay(connection: Connection, files: readonly Migration[]): void {
  for (const file of files) {
    for (const statement of file.upgrade) {
      try {
        connection.exec(statement.sql)
      } catch (error) {
        throw atLine(explainStatement(error, ':memory:'), file, statement, 'the migrations do not run on an empty database')
      }
    }
  }
}
