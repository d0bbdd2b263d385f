/** Finds possible renames: a removed and an added table or column with the same definition. */
import { foldCase } from '../../../fold-case.ts'
import type { Rename } from '../../../migrate/new-file.ts'
import type { Drop } from '../../../migrate/requested-changes.ts'
import { identifier } from '../sql-text.ts'
import { isSameName, match } from './match.ts'
import { storesRows } from './plan.ts'
import type { Named, Snapshot, Table } from './snapshot.ts'

/** Pair removed with added tables, and columns of one table, that are the same apart from names. Requested `drops` are left out. */
export function findRenameCandidates(from: Snapshot, to: Snapshot, drops: readonly Drop[]): Rename[] {
  const isDropped = (name: string) => drops.some(({ table, column }) => column === undefined && isSameName(table, name))
  const tables = [
    ...pairs(from.tables, to.tables, shape),
    ...pairs(from.virtualTables.filter(storesRows), to.virtualTables, ({ rule }) => rule),
  ]
  return [
    ...tables.filter((pair) => !isDropped(pair.from)),
    ...match(from.tables, to.tables).kept.flatMap(([before, after]) => columnPairs(before, after, drops)),
  ]
}

function columnPairs(before: Table, after: Table, drops: readonly Drop[]): Rename[] {
  const isDropped = (name: string) => drops.some(({ table, column }) => isSameName(table, after.name) && isSameName(column, name))
  return pairs(before.columns, after.columns, ({ anonymousDefinition }) => anonymousDefinition)
    .filter((pair) => !isDropped(pair.from))
    .map((pair) => ({ table: after.name, ...pair }))
}

/** Pair each removed item with each added item of the same definition. */
function pairs<Item extends Named>(from: readonly Item[], to: readonly Item[], definition: (item: Item) => string) {
  const { removed, added } = match(from, to)
  return removed.flatMap((old) =>
    added.filter((item) => definition(item) === definition(old)).map((item) => ({ from: old.name, to: item.name })),
  )
}

/** The definitions of the columns without the names of the columns and of the table itself. */
const shape = ({ name, columns }: Table): string =>
  columns
    .map(({ anonymousDefinition }) => ` ${anonymousDefinition} `.replaceAll(` ${identifier(foldCase(name))} `, ' ? '))
    .sort()
    .join()
