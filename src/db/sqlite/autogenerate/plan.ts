/** The statements that lead from one schema to another, and what they destroy: the values that none of them carries over. */

import { foldCase } from '../../../fold-case.ts'
import { comment } from '../../../migrate/new-file.ts'
import { isKeyword, tokenize } from '../tokens.ts'
import { inDependencyOrder } from './dependency-order.ts'
import { find, match, replace } from './match.ts'
import { type Fill, rebuild } from './rebuild.ts'
import { createTable } from './render-schema.ts'
import { type Column, type Definition, isStored, type Named, type Snapshot, type Table } from './snapshot.ts'
import { identifier, unquote } from './spelling.ts'

export interface Route {
  readonly from: Snapshot
  readonly to: Snapshot
  /** Folded names of the tables that are rebuilt; the others are altered. */
  readonly rebuilt: ReadonlySet<string>
  /** What a column that may not be null holds for the rows that have no value for it. */
  readonly fill: Fill
  /** Whether a comment marks each statement that drops data. */
  readonly marksLosses: boolean
}

/** Names are freed first and views and triggers, which may look at anything, come last; in between are the tables, new ones first. */
export function plan(route: Route): string[] {
  const tables = match(route.from.tables, route.to.tables)
  return [
    ...dropDependents(route),
    ...inOrder(tables.added).flatMap(createWithIndexes),
    ...tables.kept.flatMap(([before, after]) => changeTable(route, before, after)),
    ...inOrder(tables.removed)
      .reverse()
      .map((table) => marked(route, drop('TABLE', table), [lostTable(table)])),
    ...createDependents(route),
  ]
}

/** In words, one for each table or column whose values are gone after going from one schema to the other. */
export function losses(from: Snapshot, to: Snapshot): string[] {
  const tables = match(from.tables, to.tables)
  return [
    ...tables.kept.flatMap(([before, after]) => lostColumns(before, after)),
    ...[...tables.removed, ...replace(from.virtualTables, to.virtualTables).drop.filter(hasRows)].map(lostTable),
  ]
}

const lostTable = ({ name }: Named): string => `every row of '${name}'`

const lostColumn = (table: Table, column: Column): string => `every value of '${table.name}.${column.name}'`

/** The columns with values of their own that are dropped, or computed from now on. */
function lostColumns(from: Table, to: Table): string[] {
  const { removed, kept } = match(from.columns, to.columns)
  const computed = kept.filter(([, after]) => after.generated !== '').map(([before]) => before)
  return [...removed, ...computed].filter(isStored).map((column) => lostColumn(from, column))
}

const isRebuilt = ({ rebuilt }: Route, table: string): boolean => rebuilt.has(foldCase(table))

const drop = (kind: string, { name }: Named): string => `DROP ${kind} ${identifier(name)}`

const marked = ({ marksLosses }: Route, statement: string, lost: readonly string[]): string =>
  marksLosses ? [...lost.map((what) => comment(`drops data: ${what}`)), statement].join('\n') : statement

const inOrder = (tables: readonly Table[]): Table[] => inDependencyOrder(tables, ({ foreignKeys }) => foreignKeys.map(({ table }) => table))

const createWithIndexes = (table: Table): string[] => [
  createTable(table.name, table.elements, { strict: table.isStrict, withoutRowid: table.isWithoutRowid }),
  ...table.indexes.map(({ sql }) => sql),
]

function dropDependents(route: Route): string[] {
  const { from, to } = route
  return [
    ...replace(from.triggers, to.triggers).drop.map((trigger) => drop('TRIGGER', trigger)),
    ...replace(from.views, to.views).drop.map((view) => drop('VIEW', view)),
    ...replace(from.virtualTables, to.virtualTables).drop.map((table) =>
      marked(route, drop('TABLE', table), hasRows(table) ? [lostTable(table)] : []),
    ),
    ...from.tables.flatMap((table) => droppedIndexes(to, table)).map((index) => drop('INDEX', index)),
  ]
}

/** An index goes with its table, unless another table is to have its name. */
function droppedIndexes(to: Snapshot, table: Table) {
  const successor = find(to.tables, table.name)
  if (successor) return replace(table.indexes, successor.indexes).drop
  const names = to.tables.flatMap(({ indexes }) => indexes)
  return table.indexes.filter(({ name }) => find(names, name))
}

function changeTable(route: Route, from: Table, to: Table): string[] {
  if (!isRebuilt(route, to.name)) return [...alter(route, from, to), ...replace(from.indexes, to.indexes).create.map(({ sql }) => sql)]
  const [first = '', ...rest] = rebuild(from, to, { temporary: freeName(route, to.name), fill: route.fill })
  return [marked(route, first, lostColumns(from, to)), ...rest, ...to.indexes.map(({ sql }) => sql)]
}

/** All that ALTER TABLE can do; whether it was enough shows when it has run. */
function alter(route: Route, from: Table, to: Table): string[] {
  const { added, removed } = match(from.columns, to.columns)
  const table = identifier(to.name)
  return [
    ...added.map(({ sql }) => `ALTER TABLE ${table} ADD COLUMN ${sql}`),
    ...removed.map((column) => {
      const statement = `ALTER TABLE ${table} DROP COLUMN ${identifier(column.name)}`
      return marked(route, statement, isStored(column) ? [lostColumn(from, column)] : [])
    }),
  ]
}

function freeName({ from, to }: Route, table: string): string {
  const taken = [from, to].flatMap(({ tables, virtualTables, views }) => [
    ...tables.flatMap((other) => [other, ...other.indexes]),
    ...virtualTables,
    ...views,
  ])
  let name = `new_${table}`
  while (find(taken, name)) name = `new_${name}`
  return name
}

function createDependents(route: Route): string[] {
  const { from, to } = route
  const views = replace(from.views, to.views).create
  const triggers = new Set(replace(from.triggers, to.triggers).create)
  const isDropped = (owner: string) => isRebuilt(route, owner) || find(views, owner) !== undefined
  return [
    ...createVirtualTables(route),
    ...views.map(({ sql }) => sql),
    ...to.triggers.filter((trigger) => triggers.has(trigger) || isDropped(trigger.table)).map(({ sql }) => sql),
  ]
}

/** A full-text index with external content is made from its table when it is new, and made again when that table was rebuilt. */
function createVirtualTables(route: Route): string[] {
  const created = new Set(replace(route.from.virtualTables, route.to.virtualTables).create)
  return route.to.virtualTables.flatMap((table) => {
    const content = contentOf(table)
    const name = identifier(table.name)
    const isStale = content !== '' && (created.has(table) || isRebuilt(route, content))
    return [...(created.has(table) ? [table.sql] : []), ...(isStale ? [`INSERT INTO ${name} (${name}) VALUES ('rebuild')`] : [])]
  })
}

const hasRows = (table: Definition): boolean => contentOf(table) === ''

/** The table that an FTS5 index is made of (https://sqlite.org/fts5.html#external_content_tables); '' for any other virtual table. */
function contentOf({ sql }: Definition): string {
  const tokens = tokenize(sql)
  const isFts5 = tokens.some((token, i) => isKeyword(token, 'USING') && isKeyword(tokens[i + 1], 'FTS5'))
  const option = tokens.findIndex((token, i) => isKeyword(token, 'CONTENT') && tokens[i + 1]?.text === '=')
  const value = tokens[option + 2]
  return isFts5 && option >= 0 && value ? unquote(value) : ''
}
