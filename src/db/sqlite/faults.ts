/** What PRAGMAs find wrong with a database. */
import type { Connection } from './connection.ts'

/** https://sqlite.org/pragma.html#pragma_integrity_check: one row, `ok`, or up to 100 faults. */
export function integrityFaults(connection: Connection): string[] {
  const rows = connection.all<{ integrity_check: string }>('PRAGMA integrity_check').map((row) => row.integrity_check)
  return rows.filter((fault) => fault !== 'ok')
}

/** Foreign keys whose parent table does not exist: without rows to check, PRAGMA foreign_key_check ignores them. */
const orphaned = `
  SELECT child.name AS child, key."table" AS parent FROM sqlite_schema child JOIN pragma_foreign_key_list(child.name) key
  WHERE child.type = 'table'
    AND NOT EXISTS (SELECT 1 FROM sqlite_schema p WHERE p.type = 'table' AND lower(p.name) = lower(key."table"))`

/** Counted by description: a row of a WITHOUT ROWID table has nothing else to tell it from another. */
export function foreignKeyFaults(connection: Connection): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { table, rowid, parent } of connection.all<{ table: string; rowid: number | null; parent: string }>(
    'PRAGMA foreign_key_check',
  )) {
    const key = `${table}${rowid === null ? '' : ` (row ${rowid})`} refers to a row that is not in ${parent}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  for (const { child, parent } of connection.all<{ child: string; parent: string }>(orphaned)) {
    counts.set(`${child} refers to a table that is not there, ${parent}`, 1)
  }
  return counts
}
