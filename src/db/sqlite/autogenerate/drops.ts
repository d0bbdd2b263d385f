/** Checks the drops that are requested with `--drop`. */
import { UsageError } from '../../../errors.ts'
import type { Rename } from '../../../migrate/new-file.ts'
import type { Drop } from '../../../migrate/requested-changes.ts'
import { quote } from './compare.ts'
import { find, isSameName } from './match.ts'
import { formerTable, laterTable } from './renames.ts'
import type { Named, Snapshot } from './snapshot.ts'

/** Return the drops with the names that tables have after `renames`. @throws UsageError, unless each exists and is no longer declared */
export function resolveDrops(drops: readonly Drop[], renames: readonly Rename[], from: Snapshot, to: Snapshot): Drop[] {
  return drops.map((drop) => {
    const resolved = drop.column === undefined ? drop : { ...drop, table: laterTable(renames, drop.table) }
    checkDrop(drop, resolved, renames, from, to)
    return resolved
  })
}

function checkDrop(drop: Drop, { table, column }: Drop, renames: readonly Rename[], from: Snapshot, to: Snapshot): void {
  const [what, name] = column === undefined ? ['table', table] : ['column', column]
  const label = quote(drop.table, column === undefined ? [] : [column])
  const items = (schema: Snapshot, owner: string): readonly Named[] =>
    column === undefined ? [...schema.tables, ...schema.virtualTables] : (find(schema.tables, owner)?.columns ?? [])
  const isRenamed = (rename: Rename) =>
    isSameName(rename.from, name) && (column === undefined ? rename.table === undefined : isSameName(rename.table, table))
  const isDeclared = find(items(to, table), name) !== undefined
  const problem = [
    find(items(from, formerTable(renames, table)), name) ? [] : `the migrations have no ${what} ${label}`,
    renames.some(isRenamed) ? 'it is renamed' : [],
    isDeclared ? `${label} is still declared` : [],
  ].flat()[0]
  if (problem)
    throw new UsageError(`cannot drop ${label}: ${problem}`, isDeclared ? 'remove it from src/models/schema.ts, and build' : undefined)
}
