/** Runs the migration files on an in-memory database as the migrator does: in one transaction that checks foreign keys at its end. */
import { MicroblogError } from '../../errors.ts'
import { atLine, type Migration } from '../../migrate/files.ts'
import { checkNewFaults, type Faults, noFaults } from '../../migrate/new-faults.ts'
import type { Direction } from '../../migrate/step.ts'
import type { Connection } from './connection.ts'
import { foreignKeyFaults } from './faults.ts'
import { explainStatement } from './result-codes.ts'
import { schemaFaults } from './schema-faults.ts'

const consequence = 'the migrations do not run on an empty database'

/** Run the upgrade section of every file, in order, without history. @throws MicroblogError that names file and line */
export function replay(connection: Connection, files: readonly Migration[]): void {
  // Outside a transaction: inside one the PRAGMA has no effect.
  connection.exec('PRAGMA foreign_keys = OFF; BEGIN')
  for (const file of files) {
    connection.exec('SAVEPOINT file')
    runSection(connection, file, 'upgrade')
  }
  const foreignKeys = foreignKeyFaults(connection)
  if (foreignKeys.size > 0) checkNewFaults([findCause(connection, files)], noFaults, { ...noFaults, foreignKeys }, consequence)
  connection.exec('COMMIT')
}

/** Find the file that causes the foreign key faults: roll back the files, last one first, until no fault is left. */
function findCause(connection: Connection, files: readonly Migration[]): Migration {
  const cause = files.findLast(() => {
    connection.exec('ROLLBACK TO file; RELEASE file')
    return foreignKeyFaults(connection).size === 0
  })
  if (!cause) throw new Error('an empty database has no faults')
  return cause
}

/**
 * A sentence for each failure when each file is applied, undone and applied again, and for what does not compile in the final schema.
 * A file with an empty downgrade section is not undone. Stops at an upgrade section that does not run: `replay` reports it.
 */
export function replayFaults(connection: Connection, files: readonly Migration[]): string[] {
  connection.exec('PRAGMA foreign_keys = OFF; BEGIN')
  const faults: string[] = []
  try {
    for (const [index, file] of files.entries()) {
      runSection(connection, file, 'upgrade')
      if (file.downgrade.length === 0) continue
      faults.push(...undoFaults(connection, file))
      restore(connection, files.slice(0, index + 1))
    }
  } catch (error) {
    if (error instanceof MicroblogError) return faults
    throw error
  }
  return [...faults, ...schemaFaults(connection).map((fault) => `in the schema that the migrations make, ${fault}`)]
}

/** Undo `file`, which was just applied, and apply it again. `restore` must follow. */
function undoFaults(connection: Connection, file: Migration): string[] {
  let failing = 'when it is undone'
  connection.exec('SAVEPOINT undo')
  try {
    runSection(connection, file, 'downgrade')
    checkDowngrade(connection, file)
    failing = 'when it is applied again after its downgrade'
    runSection(connection, file, 'upgrade')
    return []
  } catch (error) {
    if (error instanceof MicroblogError) return [`${error.message}, ${failing}`]
    throw error
  }
}

/** Go back to the state before `undoFaults`, in which `files` are applied. */
function restore(connection: Connection, files: readonly Migration[]): void {
  try {
    connection.exec('ROLLBACK TO undo; RELEASE undo')
  } catch {
    // INSERT OR ROLLBACK or RAISE (ROLLBACK) has ended the transaction (https://sqlite.org/lang_conflict.html).
    connection.exec('BEGIN')
    for (const file of files) runSection(connection, file, 'upgrade')
  }
}

/** @throws RefusedError, if something fails after the downgrade that worked before it. Restores the state before only to compare. */
function checkDowngrade(connection: Connection, file: Migration): void {
  const after = readFaults(connection)
  if (after.foreignKeys.size + after.compile.length === 0) return
  connection.exec('ROLLBACK TO undo')
  checkNewFaults([file], readFaults(connection), after, consequence)
  runSection(connection, file, 'downgrade')
}

const readFaults = (connection: Connection): Faults => ({
  ...noFaults,
  foreignKeys: foreignKeyFaults(connection),
  compile: schemaFaults(connection),
})

function runSection(connection: Connection, file: Migration, direction: Direction): void {
  for (const statement of file[direction]) {
    try {
      connection.exec(statement.sql)
    } catch (error) {
      throw atLine(explainStatement(error, ':memory:'), file, statement, consequence)
    }
  }
}
