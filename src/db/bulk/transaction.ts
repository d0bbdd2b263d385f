import type { Handle } from '../addon.ts'
import { sortingFast } from '../sorting.ts'

interface Options {
  readonly dryRun: boolean
}

/** Do `work` in one transaction that waits for other writers: all of it or, if it throws or this is a dry run, nothing. */
export function transact<T>(handle: Handle, { dryRun }: Options, work: () => T): T {
  handle.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    handle.exec(dryRun ? 'ROLLBACK' : 'COMMIT')
    return result
  } finally {
    // After a full disk, for one, SQLite has rolled back by itself.
    if (handle.inTransaction) handle.exec('ROLLBACK')
  }
}

/** Within `work` foreign keys are not checked row by row: whoever works proves them. Must stand outside of any transaction. */
export function withoutForeignKeys<T>(handle: Handle, work: () => T): T {
  handle.pragma('foreign_keys = OFF')
  try {
    return work()
  } finally {
    handle.pragma('foreign_keys = ON')
  }
}

/** Do `work` without the indexes of `table`, which are built again after it, in one go and word for word as they were. */
export function withoutIndexes<T>(handle: Handle, table: string, work: () => T): T {
  const indexes = handle
    .prepare<[string], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
    )
    .all(table)
  for (const { name } of indexes) handle.exec(`DROP INDEX "${name.replaceAll('"', '""')}"`)
  const result = work()
  for (const { sql } of indexes) sortingFast(handle, () => handle.exec(sql))
  return result
}
