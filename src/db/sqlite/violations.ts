/** Foreign keys, checked for the whole database at the end of a run, since they are off while migrations run. */
import { RefusedError } from '../../errors.ts'
import type { Connection } from './connection.ts'

/** Foreign keys whose parent table is not there: without rows to check, PRAGMA foreign_key_check passes over them. */
const orphaned = `
  SELECT child.name AS child, key."table" AS parent FROM sqlite_schema child JOIN pragma_foreign_key_list(child.name) key
  WHERE child.type = 'table'
    AND NOT EXISTS (SELECT 1 FROM sqlite_schema p WHERE p.type = 'table' AND lower(p.name) = lower(key."table"))`

/** How often each dangling reference occurs: a table without rowids has no other way to tell one from another. */
export function countViolations(connection: Connection): Map<string, number> {
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

/** @throws RefusedError, if there are dangling references that were not there before. */
export function checkViolations(before: Map<string, number>, after: Map<string, number>): void {
  const [first, ...others] = [...after].filter(([key, count]) => count > (before.get(key) ?? 0))
  if (!first) return
  const more = others.length === 0 ? '' : `, and ${others.length} more like it`
  throw new RefusedError(`a foreign key would be broken: ${first[0]}${more}`, 'everything was rolled back: the database is as it was')
}
