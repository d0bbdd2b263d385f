/** Compares two schemas and describes each difference in a sentence. */

import { foldCase } from '../../../fold-case.ts'
import { match } from './match.ts'
import type { Column, Constraint, Definition, Snapshot, Table, Trigger } from './snapshot.ts'

export interface Change {
  readonly action: 'added' | 'removed' | 'changed' | 'renamed'
  /** `table`, `column`, `index`, `type`, `nullability`, `CHECK`, `foreign key`, … */
  readonly kind: string
  /** `Detected added index 'followers_followed_id' on 'followers'` */
  readonly sentence: string
}

const change = (action: Change['action'], kind: string, where: string): Change => ({
  action,
  kind,
  sentence: `Detected ${action} ${kind} ${where}`,
})

/** All differences that matter to SQLite. Differences in spelling, such as white space and quotes, are ignored. */
export function compareSchemas(from: Snapshot, to: Snapshot): Change[] {
  const tables = match(from.tables, to.tables)
  return [
    ...tables.added.flatMap((table) => [change('added', 'table', quote(table.name)), ...compareIndexes({ ...table, indexes: [] }, table)]),
    ...tables.removed.map(({ name }) => change('removed', 'table', quote(name))),
    ...tables.kept.flatMap(([before, after]) => [...compareTables(before, after), ...compareIndexes(before, after)]),
    ...compareDefinitions('virtual table', from.virtualTables, to.virtualTables, ({ name }) => quote(name)),
    ...compareDefinitions('view', from.views, to.views, ({ name }) => quote(name)),
    ...compareDefinitions('trigger', from.triggers, to.triggers, ({ name, table }: Trigger) => `${quote(name)} on ${quote(table)}`),
  ]
}

/** The differences between two versions of a table, without its indexes. */
export function compareTables(from: Table, to: Table): Change[] {
  const columns = match(from.columns, to.columns)
  const constraints = (kind: string, of: (table: Table) => readonly Constraint[]) =>
    compareConstraints(kind, to.name, of(from), of(to), columns)
  return [
    ...columns.added.map(({ name }) => change('added', 'column', quote(to.name, [name]))),
    ...columns.removed.map(({ name }) => change('removed', 'column', quote(to.name, [name]))),
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

const quote = (table: string, columns: readonly string[] = []): string => {
  if (columns.length > 1) return `'${table} (${columns.join(', ')})'`
  return `'${[table, ...columns].join('.')}'`
}

function compareColumns(before: Table, after: Table, from: Column, to: Column): Change[] {
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
  return properties.filter(([, of]) => of(from) !== of(to)).map(([kind]) => change('changed', kind, where))
}

/** Column order matters to `SELECT *`. `expected` is the order that ALTER TABLE produces: new columns come last. */
function compareOrder(to: Table, expected: readonly string[]): Change[] {
  const isExpected = to.columns.every(({ name }, i) => foldCase(name) === foldCase(expected[i] ?? ''))
  return isExpected ? [] : [change('changed', 'order of columns', `on ${quote(to.name)}`)]
}

function compareRule(kind: string, where: string, from: string, to: string): Change[] {
  if (from === to) return []
  if (from === '') return [change('added', kind, `on ${where}`)]
  return [change(to === '' ? 'removed' : 'changed', kind, `on ${where}`)]
}

/** Compare constraints without regard to order and names. A removed and an added constraint on the same columns are one change. */
function compareConstraints(
  kind: string,
  table: string,
  from: readonly Constraint[],
  to: readonly Constraint[],
  columns: { readonly added: readonly Column[]; readonly removed: readonly Column[] },
): Change[] {
  const added = subtract(to, from)
  const removed = subtract(from, to)
  const changed = removed.flatMap((old) => {
    const replacement = added.findIndex((constraint) => sameColumns(constraint, old))
    return replacement < 0 ? [] : added.splice(replacement, 1).map(() => old)
  })
  const sentence = (action: Change['action']) => (constraint: Constraint) => change(action, kind, `on ${quote(table, constraint.columns)}`)
  return [
    ...added.filter((constraint) => !usesOnly(constraint, columns.added)).map(sentence('added')),
    ...removed.filter((constraint) => !changed.includes(constraint) && !usesOnly(constraint, columns.removed)).map(sentence('removed')),
    ...changed.map(sentence('changed')),
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

/** Whether all columns of a constraint are among `allowed`. A constraint on added or removed columns only needs no sentence of its own. */
const usesOnly = ({ columns }: Constraint, allowed: readonly Column[]): boolean =>
  columns.length > 0 && columns.every((name) => allowed.some((column) => foldCase(column.name) === foldCase(name)))

const compareIndexes = (from: Table, to: Table): Change[] =>
  compareDefinitions('index', from.indexes, to.indexes, ({ name }) => `${quote(name)} on ${quote(to.name)}`)

function compareDefinitions<Item extends Definition>(
  kind: string,
  from: readonly Item[],
  to: readonly Item[],
  where: (item: Item) => string,
): Change[] {
  const { added, removed, kept } = match(from, to)
  return [
    ...added.map((item) => change('added', kind, where(item))),
    ...removed.map((item) => change('removed', kind, where(item))),
    ...kept.filter(([before, after]) => before.rule !== after.rule).map(([, item]) => change('changed', kind, where(item))),
  ]
}
