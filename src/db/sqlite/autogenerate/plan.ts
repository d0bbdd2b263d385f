/** Plans the statements that lead from one schema to another, and describes the values that they drop. */

import { foldCase } from '../../../fold-case.ts'
import { comment, type Rename } from '../../../migrate/new-file.ts'
import type { RequestedFill } from '../../../migrate/requested-changes.ts'
import { identifier, unquote } from '../sql-text.ts'
import { tokenize } from '../tokens.ts'
import { contentOf } from '../virtual-tables.ts'
import { inDependencyOrder } from './dependency-order.ts'
import { diffDefinitions, find, isSameName, match } from './match.ts'
import { type FindValue, rebuild } from './rebuild.ts'
import { caseRenames, renameStatement } from './renames.ts'
import { createTable } from './render-schema.ts'
import { isContentChanged, rebuildIndex } from './search-index.ts'
import { type Column, type Definition, type Index, isStored, type Named, type Snapshot, type Table } from './snapshot.ts'

export interface PlanOptions {
  readonly findValue: FindValue
  /** The values that were requested for existing rows. */
  readonly fills: readonly RequestedFill[]
  readonly renames: readonly Rename[]
  /** Whether each statement that drops data gets a comment that says so. */
  readonly marksLosses: boolean
}

interface PlanInput extends PlanOptions {
  /** The schema after the renames. */
  readonly from: Snapshot
  readonly to: Snapshot
  /** Folded names of the tables that are rebuilt; the others are altered. */
  readonly rebuilt: ReadonlySet<string>
  /** Whether all triggers and views are dropped and created again, because an unchanged one can make SQLite refuse a rename. */
  readonly replacesAll: boolean
}

/**
 * Plan the statements. Triggers, views, virtual tables and indexes are dropped first, which frees their names. Then tables are renamed,
 * created, changed and dropped. Virtual tables, views and triggers are created last, because they may refer to any table.
 */
export function plan(input: PlanInput): string[] {
  const tables = match(input.from.tables, input.to.tables)
  return [
    ...dropDependents(input),
    ...input.renames.map(renameStatement),
    ...parentsFirst(tables.added).flatMap(createWithIndexes),
    ...readersFirst(input, tables.kept).flatMap(({ before, after }) => changeTable(input, before, after)),
    ...parentsFirst(tables.removed)
      .reverse()
      .map((table) => withLossComments(input, drop('TABLE', table), [describeLostTable(table)])),
    ...createDependents(input),
  ]
}

/** Describe each table or column whose rows or values are lost on the way from one schema to the other. */
export function describeLosses(from: Snapshot, to: Snapshot): string[] {
  const tables = match(from.tables, to.tables)
  return [
    ...tables.kept.flatMap(([before, after]) => describeLostColumns(before, after)),
    ...[...tables.removed, ...diffDefinitions(from.virtualTables, to.virtualTables).drop.filter(storesRows)].map(describeLostTable),
  ]
}

const describeLostTable = ({ name }: Named): string => `every row of '${name}'`

const describeLostColumn = (table: Table, column: Column): string => `every value of '${table.name}.${column.name}'`

/** The stored columns that are dropped or become generated columns. */
function describeLostColumns(from: Table, to: Table): string[] {
  const { removed, kept } = match(from.columns, to.columns)
  const computed = kept.filter(([, after]) => after.generated !== '').map(([before]) => before)
  return [...removed, ...computed].filter(isStored).map((column) => describeLostColumn(from, column))
}

const isRebuilt = ({ rebuilt }: PlanInput, table: string): boolean => rebuilt.has(foldCase(table))

export const drop = (kind: string, { name }: Named): string => `DROP ${kind} ${identifier(name)}`

const withLossComments = ({ marksLosses }: PlanInput, statement: string, losses: readonly string[]): string =>
  marksLosses ? [...losses.map((loss) => comment(`drops data: ${loss}`)), statement].join('\n') : statement

const parentsFirst = (tables: readonly Table[]): Table[] =>
  inDependencyOrder(tables, ({ foreignKeys }) => foreignKeys.map(({ table }) => table))

/** A table that is filled from another one is changed before that one, which can lose the column that the fill reads. */
const readersFirst = ({ fills }: PlanInput, kept: readonly [from: Table, to: Table][]) =>
  inDependencyOrder(
    kept.map(([before, after]) => ({ name: after.name, before, after })),
    ({ name }) => fills.filter(({ value }) => tokenize(value).some((token) => isSameName(unquote(token), name))).map(({ table }) => table),
  )

const createWithIndexes = (table: Table): string[] => [
  createTable(table.name, table.elements, { strict: table.isStrict, withoutRowid: table.isWithoutRowid }),
  ...table.indexes.map(({ sql }) => sql),
]

const diffDependents = <Item extends Definition>({ replacesAll }: PlanInput, from: readonly Item[], to: readonly Item[]) =>
  replacesAll ? { drop: from, create: to } : diffDefinitions(from, to)

function dropDependents(input: PlanInput): string[] {
  const { from, to } = input
  return [
    ...diffDependents(input, from.triggers, to.triggers).drop.map((trigger) => drop('TRIGGER', trigger)),
    ...diffDependents(input, from.views, to.views).drop.map((view) => drop('VIEW', view)),
    ...diffDefinitions(from.virtualTables, to.virtualTables).drop.map((table) =>
      withLossComments(input, drop('TABLE', table), storesRows(table) ? [describeLostTable(table)] : []),
    ),
    ...from.tables.flatMap((table) => droppedIndexes(to, table)).map((index) => drop('INDEX', index)),
  ]
}

/** The changed and removed indexes. Of a removed table only those whose names are needed again: DROP TABLE drops the others. */
function droppedIndexes(to: Snapshot, table: Table): readonly Index[] {
  const successor = find(to.tables, table.name)
  if (successor) return diffDefinitions(table.indexes, successor.indexes).drop
  const names = to.tables.flatMap(({ indexes }) => indexes)
  return table.indexes.filter(({ name }) => find(names, name))
}

function changeTable(input: PlanInput, from: Table, to: Table): string[] {
  if (!isRebuilt(input, to.name))
    return [...alterTable(input, from, to), ...diffDefinitions(from.indexes, to.indexes).create.map(({ sql }) => sql)]
  const [first = '', ...rest] = rebuild(from, to, { ...input, temporary: unusedName(input, to.name) })
  return [withLossComments(input, first, describeLostColumns(from, to)), ...rest, ...to.indexes.map(({ sql }) => sql)]
}

/** Add and drop columns. The rehearsal shows whether this produces the new table or a rebuild is needed. */
function alterTable(input: PlanInput, from: Table, to: Table): string[] {
  const { added, removed } = match(from.columns, to.columns)
  const table = identifier(to.name)
  return [
    ...caseRenames([from], [to]).flatMap((rename) => renameInPlace(input, rename)),
    ...added.map(({ sql }) => `ALTER TABLE ${table} ADD COLUMN ${sql}`),
    ...removed.map((column) => {
      const statement = `ALTER TABLE ${table} DROP COLUMN ${identifier(column.name)}`
      return withLossComments(input, statement, isStored(column) ? [describeLostColumn(from, column)] : [])
    }),
  ]
}

/** SQLite refuses to rename a table to its own name in another case, so that takes two steps. */
function renameInPlace(input: PlanInput, rename: Rename): string[] {
  if (rename.table !== undefined) return [renameStatement(rename)]
  const temporary = unusedName(input, rename.to)
  return [renameStatement({ ...rename, to: temporary }), renameStatement({ ...rename, from: temporary })]
}

function unusedName({ from, to }: PlanInput, table: string): string {
  const taken = [from, to].flatMap(({ tables, virtualTables, views }) => [
    ...tables.flatMap((other) => [other, ...other.indexes]),
    ...virtualTables,
    ...views,
  ])
  let name = `new_${table}`
  while (find(taken, name)) name = `new_${name}`
  return name
}

function createDependents(input: PlanInput): string[] {
  const { from, to } = input
  const views = diffDependents(input, from.views, to.views).create
  const triggers = new Set(diffDependents(input, from.triggers, to.triggers).create)
  const virtualTables = new Set(diffDefinitions(from.virtualTables, to.virtualTables).create)
  const isDropped = (owner: string) => isRebuilt(input, owner) || find(views, owner) !== undefined
  const isStale = (table: Definition) =>
    virtualTables.has(table) ? !storesRows(table) : isContentChanged(table, from, to, (name) => isRebuilt(input, name))
  return [
    ...[...virtualTables, ...views].map(({ sql }) => sql),
    ...to.virtualTables.filter(isStale).map(rebuildIndex),
    ...to.triggers.filter((trigger) => triggers.has(trigger) || isDropped(trigger.table)).map(({ sql }) => sql),
  ]
}

/** Whether dropping a virtual table loses rows. A search index with external content has none of its own. */
export const storesRows = ({ sql }: Definition): boolean => contentOf(sql) === ''
