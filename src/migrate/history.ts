/** Where a database stands: what its `schema_migrations` table says, held against the migration files. */

import type { Connection } from '../db/sqlite/connection.ts'
import { DatabaseError } from '../errors.ts'
import type { Migration } from './files.ts'
import type { MigrationName } from './folder.ts'

/** One row of `schema_migrations`. `applied_at` is UTC, ISO 8601; `duration_ms` is in milliseconds. */
export interface AppliedMigration {
  readonly id: string
  readonly name: string
  readonly checksum: string
  readonly applied_at: string
  readonly duration_ms: number
}

export const createHistory = `CREATE TABLE IF NOT EXISTS schema_migrations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  applied_at TEXT NOT NULL,
  duration_ms REAL NOT NULL
) STRICT`

/** @throws DatabaseError, if the database is ahead of the files, its history is not theirs, or a file is no longer what ran. */
export function checkHistory(files: readonly Migration[], applied: readonly AppliedMigration[]): void {
  pendingAfter(files, applied)
  checkChecksums(files, applied)
}

/** What has been applied, oldest first; nothing, if the table is not there. */
export function readApplied(connection: Connection): AppliedMigration[] {
  const [table] = connection.all("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'")
  return table ? connection.all<AppliedMigration>('SELECT * FROM schema_migrations ORDER BY id') : []
}

/** The migrations of `files` that `applied` lacks. The history must be a beginning of the files. */
export function pendingAfter<M extends MigrationName>(files: readonly M[], applied: readonly { id: string; name: string }[]): M[] {
  applied.forEach((row, index) => {
    checkRow(row, index, files)
  })
  return files.slice(applied.length)
}

/** @throws DatabaseError, if the database is ahead of the files, or its history is not theirs. */
function checkRow(row: { id: string; name: string }, index: number, files: readonly MigrationName[]): void {
  const file = files[index]
  if (!file) {
    throw new DatabaseError(
      `the database is newer than this program: it has migration ${row.id} ${row.name}, the newest known here is ${files.at(-1)?.id ?? '(none)'}`,
      'update microblog',
    )
  }
  if (row.id !== file.id || row.name !== file.name) {
    throw new DatabaseError(
      `migration history conflict: the database has ${row.id} ${row.name} where the files have ${file.id} ${file.name}`,
    )
  }
}

function checkChecksums(files: readonly Migration[], applied: readonly AppliedMigration[]): void {
  applied.forEach((row, index) => {
    const file = files[index]
    if (!file || file.checksum === row.checksum) return
    throw new DatabaseError(
      `${file.file} was changed after it was applied on ${row.applied_at.slice(0, 10)}`,
      'restore the file as it was, and put the change into a new migration',
    )
  })
}

/** Do `work`, which only reads, and let it see one moment: another process may be creating all of this. */
export function inSnapshot<T>(connection: Connection, work: () => T): T {
  if (connection.inTransaction) return work()
  connection.exec('BEGIN')
  try {
    return work()
  } finally {
    connection.exec('COMMIT')
  }
}

/** Do `work` in one transaction that has the write lock from its beginning: all of it or, if it throws or is only a rehearsal, nothing. */
export function inImmediate<T>(connection: Connection, end: 'commit' | 'roll back', work: () => T): T {
  connection.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    connection.exec(end === 'commit' ? 'COMMIT' : 'ROLLBACK')
    return result
  } catch (error) {
    // A full disk makes SQLite roll back by itself; a second ROLLBACK would hide the real error.
    if (connection.inTransaction) connection.exec('ROLLBACK')
    throw error
  }
}
