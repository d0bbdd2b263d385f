/** SQLite's own way to change what ALTER TABLE cannot: https://sqlite.org/lang_altertable.html#otheralter */

import { comment } from '../../../migrate/new-file.ts'
import { match } from './match.ts'
import { createTable } from './render-schema.ts'
import type { Column, Table } from './snapshot.ts'
import { identifier, identifiers, literal } from './spelling.ts'

/** An SQL expression for the rows that have no value for a column of a table; it may refuse by throwing. */
export type Fill = (table: Table, column: Column) => string

/**
 * The steps that stand inside the transaction; foreign keys must be off before it, or dropping the old table empties its children.
 * Indexes and triggers go with the old table, and views stay, because the rename does not look at them in legacy mode.
 */
export function rebuild(from: Table, to: Table, { temporary, fill }: { temporary: string; fill: Fill }): string[] {
  return [
    createTable(temporary, to.elements, { strict: to.isStrict, withoutRowid: to.isWithoutRowid }),
    copyRows(from, to, temporary, fill),
    ...(from.isAutoincrement && to.isAutoincrement ? copySequence(from.name, temporary) : []),
    `DROP TABLE ${identifier(from.name)}`,
    'PRAGMA legacy_alter_table = ON',
    `ALTER TABLE ${identifier(temporary)} RENAME TO ${identifier(to.name)}`,
    'PRAGMA legacy_alter_table = OFF',
  ]
}

/** A column of the new table, the expression that its rows get, and a remark where that is not their own value. */
interface Assignment {
  readonly column: string
  readonly value: string
  readonly remark?: string
}

function copyRows(from: Table, to: Table, temporary: string, fill: Fill): string {
  const assignments = assignColumns(from, to, fill)
  const remarks = assignments.flatMap(({ remark }) => (remark ? `${comment(remark)}\n` : []))
  const columns = identifiers(assignments.map(({ column }) => column))
  const values = assignments.map(({ value }) => value).join(', ')
  return `${remarks.join('')}${insertVerb(to)} INTO ${identifier(temporary)} (${columns}) SELECT ${values} FROM ${identifier(from.name)}`
}

/** A constraint that resolves conflicts its own way would drop rows in silence; OR ABORT overrules it (https://sqlite.org/lang_conflict.html). */
function insertVerb({ primaryKey, uniques, columns }: Table): string {
  const rules = [...[primaryKey, ...uniques].map(({ rule }) => rule), ...columns.map(({ notNull }) => notNull)]
  return rules.some((rule) => rule.includes(' ON CONFLICT ')) ? 'INSERT OR ABORT' : 'INSERT'
}

function assignColumns(from: Table, to: Table, fill: Fill): Assignment[] {
  const { kept, added } = match(from.columns, to.columns)
  const assignments = [
    ...kept.filter(([, { generated }]) => generated === '').map(([before, after]) => copyColumn(to, before, after)),
    ...added.filter((column) => needsValue(to, column)).map((column) => fillColumn(to, column, fill)),
  ]
  // Not even one column in common: the rows are still as many as they were.
  const [first] = to.columns.filter(({ generated }) => generated === '')
  return assignments.length > 0 || !first ? assignments : [{ column: first.name, value: first.defaultRule || 'NULL' }]
}

const needsValue = ({ rowidAlias }: Table, { name, notNull, default: value, generated }: Column): boolean =>
  notNull !== '' && value === null && generated === '' && name !== rowidAlias

function fillColumn(table: Table, column: Column, fill: Fill): Assignment {
  const value = fill(table, column)
  return { column: column.name, value, remark: `'${table.name}.${column.name}' has no old value: every row gets ${value}` }
}

/** The old value; where it may not fit, a remark says what happens to it. */
function copyColumn(table: Table, from: Column, to: Column): Assignment {
  const isForbidden = from.notNull === '' && to.notNull !== '' && to.name !== table.rowidAlias
  const hasDefault = isForbidden && to.defaultRule !== ''
  const value = convert(table, from, to)
  const changes = [
    from.type === to.type ? [] : `${from.type || 'no type'} becomes ${to.type || 'no type'}`,
    isForbidden ? (hasDefault ? `NULL becomes ${to.defaultRule}` : 'NULL is refused') : [],
  ].flat()
  const remark = changes.length > 0 ? { remark: `'${table.name}.${to.name}': ${changes.join(', ')}` } : {}
  return { column: to.name, value: hasDefault ? `ifnull(${value}, ${to.defaultRule})` : value, ...remark }
}

/** A STRICT table converts what it can without loss and refuses the rest, except that it never turns bytes to text or back. */
function convert({ isStrict }: Table, from: Column, to: Column): string {
  const isBlob = from.type === 'BLOB' || to.type === 'BLOB'
  const name = identifier(from.name)
  return isStrict && isBlob && from.type !== to.type && to.type !== 'ANY' ? `CAST(${name} AS ${to.type})` : name
}

/** AUTOINCREMENT promises never to give a number twice; the number reached is kept in a table of SQLite's own. */
const copySequence = (from: string, temporary: string): string[] => [
  `DELETE FROM sqlite_sequence WHERE name = ${literal(temporary)}`,
  `INSERT INTO sqlite_sequence (name, seq) SELECT ${literal(temporary)}, seq FROM sqlite_sequence WHERE name = ${literal(from)}`,
]
