/** Checks, renders and reverses renames of tables and columns. */
import { UsageError } from '../../../errors.ts'
import type { Rename } from '../../../migrate/new-file.ts'
import { identifier } from '../sql-text.ts'
import { find, isSameName, match } from './match.ts'
import type { Named, Snapshot, Table } from './snapshot.ts'

/** The name that the table had before `renames`. */
export const formerTable = (renames: readonly Rename[], name: string): string =>
  renames.find(({ table, to }) => table === undefined && isSameName(to, name))?.from ?? name

/** The name that the table has after `renames`. */
export const laterTable = (renames: readonly Rename[], name: string): string =>
  renames.find(({ table, from }) => table === undefined && isSameName(from, name))?.to ?? name

/** The name that a column had before `renames`; `table` is the name after them. */
export const formerColumn = (renames: readonly Rename[], table: string, name: string): string =>
  renames.find((rename) => rename.table !== undefined && isSameName(rename.table, table) && isSameName(rename.to, name))?.from ?? name

/**
 * Return the renames in the order in which they run: tables first, so `table` becomes the new name of a column's table, even if the
 * request has the old one. A rename that changes only the case of a name is left out, because it needs no request.
 * @throws UsageError, unless each rename leads from a name that is no longer declared to a new one
 */
export function resolveRenames(requested: readonly Rename[], from: Snapshot, to: Snapshot): Rename[] {
  const tables = requested.filter(({ table }) => table === undefined)
  const columns = requested.flatMap(({ table, ...names }) => (table === undefined ? [] : { table: laterTable(tables, table), ...names }))
  const renames = [...tables, ...columns].filter((rename, i, all) => all.findIndex((other) => isEqual(other, rename)) === i)
  for (const rename of renames) checkRename(rename, renames, from, to)
  return renames.filter((rename) => !isSameName(rename.from, rename.to)).map((rename) => withSchemaCase(rename, renames, from, to))
}

const isEqual = (a: Rename, b: Rename): boolean => isSameName(a.table, b.table) && isSameName(a.from, b.from) && isSameName(a.to, b.to)

function checkRename(rename: Rename, renames: readonly Rename[], from: Snapshot, to: Snapshot): void {
  const { before, after } = renamedItems(rename, renames, from, to)
  const others = renames.filter((other) => other !== rename && isSameName(other.table, rename.table))
  const what = rename.table === undefined ? 'table' : 'column'
  const [old, later] = [labelOf(rename, rename.from), labelOf(rename, rename.to)]
  const isCase = isSameName(rename.from, rename.to) && rename.from !== rename.to
  const problem = [
    others.some((other) => isSameName(other.from, rename.to) || isSameName(other.to, rename.from)) ? swapped : [],
    find(before, rename.from) ? [] : `the migrations have no ${what} ${old}`,
    others.some((other) => isSameName(other.from, rename.from)) ? `${old} is renamed twice` : [],
    others.some((other) => isSameName(other.to, rename.to)) ? `${later} gets two old names` : [],
    find(after, rename.to) ? [] : `no ${what} ${later} is declared`,
    find(after, rename.from) && !isCase ? `${old} is still declared` : [],
    find(before, rename.to) && !isCase ? `${later} already exists` : [],
  ].flat()[0]
  if (problem) throw new UsageError(`cannot rename ${old} to '${rename.to}': ${problem}`, problem === swapped ? oneStepEach : undefined)
}

const swapped = 'swaps and chains of names are not possible in one migration'
const oneStepEach = 'declare and migrate one step at a time; a swap needs a third name in between'

/** The tables, virtual tables or columns among which the names of a rename are looked up, before and after it. */
function renamedItems({ table, from: old }: Rename, renames: readonly Rename[], from: Snapshot, to: Snapshot) {
  if (table !== undefined) {
    const columns = (tables: readonly Table[], name: string): readonly Named[] => find(tables, name)?.columns ?? []
    return { before: columns(from.tables, formerTable(renames, table)), after: columns(to.tables, table) }
  }
  const kind = find(from.virtualTables, old) ? 'virtualTables' : 'tables'
  return { before: from[kind], after: to[kind] }
}

/** The rename with the case that its names have in the schemas. */
function withSchemaCase(rename: Rename, renames: readonly Rename[], from: Snapshot, to: Snapshot): Rename {
  const { before, after } = renamedItems(rename, renames, from, to)
  return { ...rename, from: find(before, rename.from)?.name ?? rename.from, to: find(after, rename.to)?.name ?? rename.to }
}

/** SQLite also renames the table or column in indexes, foreign keys, triggers and views. */
export const renameStatement = ({ table, from, to }: Rename): string =>
  table === undefined
    ? `ALTER TABLE ${identifier(from)} RENAME TO ${identifier(to)}`
    : `ALTER TABLE ${identifier(table)} RENAME COLUMN ${identifier(from)} TO ${identifier(to)}`

/** The renames that lead back, in the order in which they run. */
export const reverseRenames = (renames: readonly Rename[]): Rename[] =>
  renames.map(({ table, from, to }) => ({ ...(table !== undefined && { table: formerTable(renames, table) }), from: to, to: from }))

/** The tables and columns whose names differ in nothing but case. */
export const caseRenames = (from: readonly Table[], to: readonly Table[]): Rename[] => {
  const changed = (before: Named, after: Named) => (before.name === after.name ? [] : { from: before.name, to: after.name })
  return match(from, to).kept.flatMap(([before, after]) => [
    ...[changed(before, after)].flat(),
    ...match(before.columns, after.columns).kept.flatMap(([old, column]) =>
      [changed(old, column)].flat().map((names) => ({ table: after.name, ...names })),
    ),
  ])
}

const labelOf = ({ table }: Rename, name: string): string => (table === undefined ? `'${name}'` : `'${table}.${name}'`)

/** `Detected renamed column 'users.name' to 'users.username'` */
export const describeRename = (rename: Rename): string =>
  `Detected renamed ${rename.table === undefined ? 'table' : 'column'} ${labelOf(rename, rename.from)} to ${labelOf(rename, rename.to)}`
