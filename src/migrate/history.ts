/** Compares the history of a database, its `schema_migrations` table, with the migration files. */

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

/** @throws DatabaseError, if the database is ahead of the files, its history differs from them, or an applied file was changed */
export function checkHistory(files: readonly Migration[], applied: readonly AppliedMigration[]): void {
  pendingAfter(files, applied)
  checkChecksums(files, applied)
}

/** The migrations of `files` that are not applied. @throws DatabaseError, unless `applied` are the first of `files` */
export function pendingAfter<M extends MigrationName>(files: readonly M[], applied: readonly { id: string; name: string }[]): M[] {
  applied.forEach((row, index) => {
    checkRow(row, index, files)
  })
  return files.slice(applied.length)
}

/** @throws DatabaseError, if the database is ahead of the files or its history differs from them */
function checkRow(row: { id: string; name: string }, index: number, files: readonly MigrationName[]): void {
  const file = files[index]
  if (!file) {
    const newest = files.at(-1)?.id ?? '(none)'
    throw new DatabaseError(
      `the database is newer than this program: it has migration ${row.id} ${row.name}, the newest known here is ${newest}`,
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
