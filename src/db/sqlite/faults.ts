/** The faults that SQLite's own checks find in a database. */
import type { Connection } from './connection.ts'

/** Up to 100 faults; none if the file is sound (https://sqlite.org/pragma.html#pragma_integrity_check). */
export function integrityFaults(connection: Connection): string[] {
  const rows = connection.all<{ integrity_check: string }>('PRAGMA integrity_check').map((row) => row.integrity_check)
  return rows.filter((fault) => fault !== 'ok')
}

/** Foreign keys whose parent table does not exist. PRAGMA foreign_key_check ignores them if the child table is empty. */
const missingParents = `
  SELECT child.name AS child, key."table" AS parent FROM sqlite_schema child JOIN pragma_foreign_key_list(child.name) key
  WHERE child.type = 'table'
    AND NOT EXISTS (SELECT 1 FROM sqlite_schema p WHERE p.type = 'table' AND lower(p.name) = lower(key."table"))`

/** The number of foreign key violations by description. Rows of a WITHOUT ROWID table have no rowid and share one description. */
export function foreignKeyFaults(connection: Connection): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { table, rowid, parent } of connection.all<{ table: string; rowid: number | null; parent: string }>(
    'PRAGMA foreign_key_check',
  )) {
    const description = `${table}${rowid === null ? '' : ` (row ${rowid})`} refers to a row that is not in ${parent}`
    counts.set(description, (counts.get(description) ?? 0) + 1)
  }
  for (const { child, parent } of connection.all<{ child: string; parent: string }>(missingParents)) {
    counts.set(`${child} refers to a table that is not there, ${parent}`, 1)
  }
  return counts
}
