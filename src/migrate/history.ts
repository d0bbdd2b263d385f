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

/** The name of a migration file and, if the file was read, its checksum. */
type MigrationFile = MigrationName & { readonly checksum?: string }

/** An applied migration and its file, which has another number if it was renumbered since. */
export interface MatchedMigration<F extends MigrationFile> {
  readonly row: AppliedMigration
  readonly file: F
}

/** The result of comparing a history with the files. */
interface Comparison<F extends MigrationFile> {
  /** In the order of the rows. */
  readonly applied: readonly MatchedMigration<F>[]
  /** The files that are not applied, in order. */
  readonly pending: readonly F[]
  /** The applied migrations that have no file. */
  readonly missing: readonly AppliedMigration[]
}

type IsMatch = (row: AppliedMigration, file: MigrationFile) => boolean

/** Rows and files match by name and checksum, because the number may change. The best match comes first. */
const matches: readonly IsMatch[] = [
  (row, file) => row.name === file.name && row.checksum === file.checksum && row.id === file.id,
  (row, file) => row.name === file.name && row.checksum === file.checksum,
  (row, file) => row.name === file.name && row.id === file.id,
  (row, file) => row.name === file.name,
]

export function compareHistory<F extends MigrationFile>(files: readonly F[], rows: readonly AppliedMigration[]): Comparison<F> {
  const known = new Map<AppliedMigration, F>()
  const isTaken = (file: F) => [...known.values()].includes(file)
  for (const isMatch of matches) {
    for (const row of rows) {
      const file = known.has(row) ? undefined : files.find((candidate) => isMatch(row, candidate) && !isTaken(candidate))
      if (file) known.set(row, file)
    }
  }
  return {
    applied: rows.flatMap((row) => {
      const file = known.get(row)
      return file ? [{ row, file }] : []
    }),
    pending: files.filter((file) => !isTaken(file)),
    missing: rows.filter((row) => !known.has(row)),
  }
}

/** @throws DatabaseError, if an applied migration has no file or its file was changed. */
export function checkHistory(files: readonly Migration[], rows: readonly AppliedMigration[]): Comparison<Migration> {
  const comparison = compareHistory(files, rows)
  checkMissing(files, rows, comparison)
  const changed = comparison.applied.find(({ row, file }) => row.checksum !== file.checksum)
  if (!changed) return comparison
  throw new DatabaseError(
    `${changed.file.file} was changed after it was applied on ${changed.row.applied_at.slice(0, 10)}`,
    'restore the file as it was, and put the change into a new migration',
  )
}

/** @throws DatabaseError whose hint says what to do, if an applied migration has no file */
export function checkMissing<F extends MigrationFile>(
  files: readonly F[],
  rows: readonly AppliedMigration[],
  comparison: Comparison<F>,
): void {
  const [row] = comparison.missing
  if (!row) return
  const rival = comparison.pending.find(({ id }) => id === row.id)
  const previous = rows[rows.indexOf(row) - 1]?.id ?? 'base'
  const file = `${row.id}_${row.name}.sql`
  const goBack = `go back to the branch that has ${file} and run there:  microblog db downgrade ${previous}`
  if (!rival && row.id > (files.at(-1)?.id ?? '')) {
    const newest = files.at(-1)?.id ?? '(none)'
    throw new DatabaseError(
      `the database is newer than this program: it has migration ${row.id} ${row.name}, the newest known here is ${newest}`,
      `update microblog\nor, if you switched branches, ${goBack}`,
    )
  }
  const isRenamed = rival?.checksum === row.checksum
  const there = rival ? `${rival.id} ${rival.name}` : 'no such file'
  throw new DatabaseError(
    `migration history conflict: the database has ${row.id} ${row.name} where the files have ${there}`,
    isRenamed ? `the file was renamed; name it as before:  mv migrations/${rival?.file} migrations/${file}` : goBack,
  )
}

/** Why an applied migration does not match its file; undefined if it does. */
export function describeConflict({ row, file }: MatchedMigration<Migration>): string | undefined {
  if (row.checksum !== file.checksum) return 'changed after it was applied'
  return row.id === file.id ? undefined : `applied as ${row.id}`
}
