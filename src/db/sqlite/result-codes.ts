/** Converts SQLite's result codes to the program's errors (https://sqlite.org/rescode.html). */
import { DatabaseError, errorCode, errorMessage, MicroblogError, RefusedError, WrongDatabaseError } from '../../errors.ts'

/** The first entry whose `code` is a prefix of the error's code applies. */
const faults: readonly [code: string, message: string, hint: string][] = [
  ['SQLITE_BUSY', 'the database is locked: another process has held the lock for 30 seconds', 'try again when it has finished'],
  // Too many processes opened or closed the database at the same moment, or the locks of its file system do not work.
  ['SQLITE_PROTOCOL', 'the database is locked', 'try again'],
  ['SQLITE_LOCKED', 'the database is locked', 'try again'],
  ['SQLITE_FULL', 'the disk is full', 'free some space on this disk or on that of TMPDIR; nothing was changed'],
  // There is no room for the WAL's index (`-shm`).
  ['SQLITE_IOERR_SHMSIZE', 'the disk is full', 'free some space on this disk; nothing was changed'],
  ['SQLITE_READONLY', 'the database cannot be written', 'check the permissions of the file and of its folder'],
  ['SQLITE_CORRUPT', 'the database is damaged', 'restore a backup'],
  ['SQLITE_CANTOPEN', 'the database cannot be opened', 'check the permissions of the file and of its folder'],
  ['SQLITE_IOERR', 'reading or writing the disk failed', 'check the disk and its free space; nothing was changed'],
  ['SQLITE_PERM', 'the database cannot be opened', 'check the permissions of the file and of its folder'],
  ['SQLITE_NOMEM', 'out of memory', 'nothing was changed'],
]

/**
 * Convert an error of SQLite to one of the program's errors; return other errors unchanged. A constraint violation is a RefusedError
 * (exit 1): the program checks first, so another process made a conflicting change after the check.
 */
export function explain(error: unknown, name: string): unknown {
  if (error instanceof MicroblogError) return error
  const code = errorCode(error)
  if (isConstraint(error)) return new RefusedError(`refused by the database: ${errorMessage(error)}`)
  if (code?.startsWith('SQLITE_NOTADB')) return new WrongDatabaseError(`${name}: this is not a microblog database`)
  const fault = faults.find(([start]) => code?.startsWith(start))
  if (fault) return new DatabaseError(`${name}: ${fault[1]}`, fault[2])
  if (code !== 'SQLITE_ERROR') return error
  // The program's own queries fit every schema that migrations made.
  return new DatabaseError(
    `${name}: ${errorMessage(error)}`,
    'its schema is not one that migrations made, or it is damaged; look for more:  microblog db check',
  )
}

const isConstraint = (error: unknown): boolean => errorCode(error)?.startsWith('SQLITE_CONSTRAINT') === true

/** What is known about the rows that violate a constraint. */
export interface OffendingRows {
  readonly message: string
  readonly hint: string | undefined
}

/** Convert an error in a statement of a migration. If the statement itself is wrong, SQLite's message is kept. */
export function explainStatement(error: unknown, name: string, findRows?: () => OffendingRows): MicroblogError {
  const explained = errorCode(error) === 'SQLITE_ERROR' ? error : explain(error, name)
  if (explained instanceof DatabaseError) return explained
  const own = { message: errorMessage(error), hint: undefined }
  const isMismatch = errorCode(error) === 'SQLITE_MISMATCH'
  const { message, hint } = (isConstraint(error) || isMismatch ? findRows?.() : undefined) ?? own
  if (!isConstraint(error) && hint === undefined) return new RefusedError(message)
  return new RefusedError(
    message,
    [hint ?? [], 'an existing row violates this constraint: fix the row first, or in the migration'].flat().join('\n'),
  )
}
