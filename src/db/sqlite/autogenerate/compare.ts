/** Compares two schemas and describes each difference in a sentence. */

import { foldCase } from '../../../fold-case.ts'
import { isSameName, match } from './match.ts'
import type { Column, Constraint, Definition, Snapshot, Table, Trigger } from './snapshot.ts'

type Action = 'added' | 'removed' | 'changed'

/** `Detected added index 'followers_followed_id' on 'followers'` */
const describe = (action: Action, kind: string, where: string): string => `Detected ${action} ${kind} ${where}`

/** A sentence for each difference that matters to SQLite. White space, quotes and the order of constraints do not. */
export function compareSchemas(from: Snapshot, to: Snapshot): string[] {
  const tables = match(from.tables, to.tables)
  return [
    ...tables.added.flatMap((table) => [
      describe('added', 'table', quote(table.name)),
      ...compareIndexes({ ...table, indexes: [] }, table),
    ]),
    ...tables.removed.map(({ name }) => describe('removed', 'table', quote(name))),
    ...tables.kept.flatMap(([before, after]) => [...compareTables(before, after), ...compareIndexes(before, after)]),
    ...compareDefinitions('virtual table', from.virtualTables, to.virtualTables, ({ name }) => quote(name)),
    ...compareDefinitions('view', from.views, to.views, ({ name }) => quote(name)),
    ...compareDefinitions('trigger', from.triggers, to.triggers, ({ name, table }: Trigger) => `${quote(name)} on ${quote(table)}`),
  ]
}

/** The differences between two versions of a table, without its indexes. */
export function compareTables(from: Table, to: Table): string[] {
  const columns = match(from.columns, to.columns)
  const constraints = (kind: string, of: (table: Table) => readonly Constraint[]) =>
    compareConstraints(kind, to.name, of(from), of(to), columns)
  return [
    ...columns.added.map(({ name }) => describe('added', 'column', quote(to.name, [name]))),
    ...columns.removed.map(({ name }) => describe('removed', 'column', quote(to.name, [name]))),
    ...columns.kept.flatMap(([before, after]) => compareColumns(from, to, before, after)),
    ...compareOrder(to, columns.kept.map(([, { name }]) => name).concat(columns.added.map(({ name }) => name))),
    ...compareRule('primary key', quote(to.name), from.primaryKey.rule, to.primaryKey.rule),
    ...constraints('UNIQUE', ({ uniques }) => uniques),
    ...constraints('CHECK', ({ checks }) => checks),
    ...constraints('foreign key', ({ foreignKeys }) => foreignKeys),
    ...compareRule('AUTOINCREMENT', quote(to.name), flag(from.isAutoincrement), flag(to.isAutoincrement)),
    ...compareRule('STRICT', quote(to.name), flag(from.isStrict), flag(to.isStrict)),
    ...compareRule('WITHOUT ROWID', quote(to.name), flag(from.isWithoutRowid), flag(to.isWithoutRowid)),
  ]
}

/** A boolean as a rule for `compareRule`, where '' means absent. */
const flag = (isSet: boolean): string => (isSet ? 'yes' : '')

/** How messages name a table, one column or several columns: `'users'`, `'users.name'`, `'users (name, email)'`. */
export const quote = (table: string, columns: readonly string[] = []): string =>
  columns.length > 1 ? `'${table} (${columns.join(', ')})'` : `'${[table, ...columns].join('.')}'`

function compareColumns(before: Table, after: Table, from: Column, to: Column): string[] {
  // A rowid alias is never null, with or without NOT NULL (https://sqlite.org/lang_createtable.html#rowid).
  const isRowid = (column: Column) => (column === from ? before : after).rowidAlias === column.name
  const properties: [string, (column: Column) => string][] = [
    ['type', ({ type }) => type],
    ['nullability', (column) => (isRowid(column) ? 'NOT NULL' : column.notNull)],
    ['default', ({ defaultRule }) => defaultRule],
    ['COLLATE', ({ collate }) => collate],
    ['generated expression', ({ generated }) => generated],
  ]
  const where = `on ${quote(after.name, [to.name])}`
  return properties.filter(([, of]) => of(from) !== of(to)).map(([kind]) => describe('changed', kind, where))
}

/** Column order matters to `SELECT *`. `expected` is the order that ALTER TABLE produces: new columns come last. */
function compareOrder(to: Table, expected: readonly string[]): string[] {
  const isExpected = to.columns.every(({ name }, i) => isSameName(name, expected[i]))
  return isExpected ? [] : [describe('changed', 'order of columns', `on ${quote(to.name)}`)]
}

function compareRule(kind: string, where: string, from: string, to: string): string[] {
  if (from === to) return []
  if (from === '') return [describe('added', kind, `on ${where}`)]
  return [describe(to === '' ? 'removed' : 'changed', kind, `on ${where}`)]
}

/** Compare constraints without regard to order and names. A removed and an added constraint on the same columns are one change. */
function compareConstraints(
  kind: string,
  table: string,
  from: readonly Constraint[],
  to: readonly Constraint[],
  columns: { readonly added: readonly Column[]; readonly removed: readonly Column[] },
): string[] {
  const added = subtract(to, from)
  const removed = subtract(from, to)
  const changed = removed.flatMap((old) => {
    const replacement = added.findIndex((constraint) => sameColumns(constraint, old))
    return replacement < 0 ? [] : added.splice(replacement, 1).map(() => old)
  })
  const sentenceFor = (action: Action) => (constraint: Constraint) => describe(action, kind, `on ${quote(table, constraint.columns)}`)
  return [
    ...added.filter((constraint) => !usesOnly(constraint, columns.added)).map(sentenceFor('added')),
    ...removed.filter((constraint) => !changed.includes(constraint) && !usesOnly(constraint, columns.removed)).map(sentenceFor('removed')),
    ...changed.map(sentenceFor('changed')),
  ]
}

/** Multiset difference: each of `others` removes at most one equal constraint. */
function subtract(constraints: readonly Constraint[], others: readonly Constraint[]): Constraint[] {
  const rules = others.map(({ rule }) => rule)
  return constraints.filter(({ rule }) => {
    const equal = rules.indexOf(rule)
    if (equal >= 0) rules.splice(equal, 1)
    return equal < 0
  })
}

const sameColumns = (a: Constraint, b: Constraint): boolean => a.columns.map(foldCase).join('\n') === b.columns.map(foldCase).join('\n')

/** Whether all columns of a constraint are among `allowed`. If all were added or removed, the constraint needs no sentence of its own. */
const usesOnly = ({ columns }: Constraint, allowed: readonly Column[]): boolean =>
  columns.length > 0 && columns.every((name) => allowed.some((column) => isSameName(column.name, name)))

const compareIndexes = (from: Table, to: Table): string[] =>
  compareDefinitions('index', from.indexes, to.indexes, ({ name }) => `${quote(name)} on ${quote(to.name)}`)

function compareDefinitions<Item extends Definition>(
  kind: string,
  from: readonly Item[],
  to: readonly Item[],
  where: (item: Item) => string,
): string[] {
  const { added, removed, kept } = match(from, to)
  return [
    ...added.map((item) => describe('added', kind, where(item))),
    ...removed.map((item) => describe('removed', kind, where(item))),
    ...kept.filter(([before, after]) => before.rule !== after.rule).map(([, item]) => describe('changed', kind, where(item))),
  ]
}
