/** Rebuilds a table, as SQLite recommends for changes that ALTER TABLE cannot make: https://sqlite.org/lang_altertable.html#otheralter */

import { comment } from '../../../migrate/new-file.ts'
import type { RequestedFill } from '../../../migrate/requested-changes.ts'
import { identifier, identifiers, literal } from '../sql-text.ts'
import { keepNames } from './constraint-names.ts'
import { requestedFill } from './fills.ts'
import { find, match } from './match.ts'
import { createTable } from './render-schema.ts'
import type { Column, Table } from './snapshot.ts'
import { describeValueChanges, isNullReplaced } from './value-changes.ts'

/** Returns the SQL expression for existing rows in a new NOT NULL column without a default. @throws RefusedError, if there is none */
export type FindValue = (table: Table, column: Column) => string

interface RebuildOptions {
  /** An unused name. */
  readonly temporary: string
  readonly findValue: FindValue
  readonly fills: readonly RequestedFill[]
}

/**
 * Return the statements, for one transaction. Foreign keys must be off before it begins, otherwise dropping the old table deletes the rows
 * of its child tables. DROP TABLE also drops indexes and triggers. Views are kept, because a rename in legacy mode does not check them.
 */
export function rebuild(from: Table, to: Table, options: RebuildOptions): string[] {
  const { temporary } = options
  const elements = keepNames(from.elements, to.elements)
  return [
    ...refuseNullKeys(from, to, temporary),
    createTable(temporary, elements, { strict: to.isStrict, withoutRowid: to.isWithoutRowid }),
    copyRows(from, to, options),
    ...(from.isAutoincrement && to.isAutoincrement ? copySequence(from.name, temporary) : []),
    `DROP TABLE ${identifier(from.name)}`,
    'PRAGMA legacy_alter_table = ON',
    `ALTER TABLE ${identifier(temporary)} RENAME TO ${identifier(to.name)}`,
    'PRAGMA legacy_alter_table = OFF',
  ]
}

/** SQLite replaces NULL in an INTEGER PRIMARY KEY by a number. To refuse NULL instead, copy it into a NOT NULL column first. */
function refuseNullKeys(from: Table, to: Table, temporary: string): string[] {
  const old = find(from.columns, to.rowidAlias ?? '')
  if (old?.notNull !== '' || old.name === from.rowidAlias) return []
  const [name, table] = [identifier(old.name), identifier(temporary)]
  const reason = comment(`refuse NULL in '${to.name}.${old.name}', because an INTEGER PRIMARY KEY would replace it by a number`)
  return [
    `${reason}\nCREATE TABLE ${table} (${name} NOT NULL)`,
    `INSERT INTO ${table} (${name}) SELECT ${name} FROM ${identifier(from.name)} WHERE ${name} IS NULL`,
    `DROP TABLE ${table}`,
  ]
}

/** A column of the new table and the SQL expression for its value. */
interface Assignment {
  readonly column: string
  readonly value: string
  /** Comments for the SQL file about values that may change. */
  readonly remarks?: readonly string[]
}

function copyRows(from: Table, to: Table, options: RebuildOptions): string {
  const { temporary } = options
  const assignments = assignColumns(from, to, options)
  const remarks = assignments.flatMap(({ remarks = [] }) => remarks.map((remark) => `${comment(remark)}\n`))
  const columns = identifiers(assignments.map(({ column }) => column))
  const values = assignments.map(({ value }) => value).join(', ')
  return `${remarks.join('')}${insertVerb(to)} INTO ${identifier(temporary)} (${columns}) SELECT ${values} FROM ${identifier(from.name)}`
}

/** OR ABORT overrides the ON CONFLICT clauses of constraints, which could drop rows silently (https://sqlite.org/lang_conflict.html). */
function insertVerb({ primaryKey, uniques, columns }: Table): string {
  const rules = [...[primaryKey, ...uniques].map(({ rule }) => rule), ...columns.map(({ notNull }) => notNull)]
  return rules.some((rule) => rule.includes(' ON CONFLICT ')) ? 'INSERT OR ABORT' : 'INSERT'
}

function assignColumns(from: Table, to: Table, { findValue, fills }: RebuildOptions): Assignment[] {
  const requested = (column: Column) => requestedFill(fills, to, column)
  const { kept, added } = match(from.columns, to.columns)
  const assignments = [
    ...keepRowid(from, to),
    ...kept.filter(([, { generated }]) => generated === '').map(([before, after]) => copyColumn(from, to, before, after, requested(after))),
    ...added
      .filter((column) => needsValue(to, column) || requested(column) !== undefined)
      .map((column) => fillColumn(to, column, requested(column) ?? findValue(to, column))),
  ]
  // If no column gets a value, fill the first stored one: INSERT needs a column, and the rows must be kept.
  const [first] = to.columns.filter(({ generated }) => generated === '')
  return assignments.length > 0 || !first ? assignments : [{ column: first.name, value: first.defaultRule || 'NULL' }]
}

/** Keep the rowids of a table without INTEGER PRIMARY KEY, because queries can use them (https://sqlite.org/rowidtable.html). */
function keepRowid(from: Table, to: Table): Assignment[] {
  const hasHiddenRowid = [from, to].every(({ rowidAlias, isWithoutRowid }) => rowidAlias === undefined && !isWithoutRowid)
  const name = ['rowid', 'oid', '_rowid_'].find((word) => !find([...from.columns, ...to.columns], word))
  return hasHiddenRowid && name ? [{ column: name, value: name }] : []
}

const needsValue = ({ rowidAlias }: Table, { name, notNull, default: value, generated }: Column): boolean =>
  notNull !== '' && value === null && generated === '' && name !== rowidAlias

function fillColumn(table: Table, column: Column, value: string): Assignment {
  return { column: column.name, value, remarks: [`'${table.name}.${column.name}' has no old value: every row gets ${value}`] }
}

/** Copy the old value. `filled` replaces NULL if the new column forbids it. */
function copyColumn(fromTable: Table, table: Table, from: Column, to: Column, filled = to.defaultRule): Assignment {
  const value = convert(table, from, to)
  const isReplaced = isNullReplaced(fromTable, table, from, to, filled)
  const remarks = describeValueChanges(fromTable, table, from, to, filled)
  return { column: to.name, value: isReplaced ? `ifnull(${value}, ${filled})` : value, remarks }
}

/** A STRICT table converts values without loss or refuses them, but never between BLOB and other types: that needs a CAST. */
function convert({ isStrict }: Table, from: Column, to: Column): string {
  const isBlob = from.type === 'BLOB' || to.type === 'BLOB'
  const name = identifier(from.name)
  return isStrict && isBlob && from.type !== to.type && to.type !== 'ANY' ? `CAST(${name} AS ${to.type})` : name
}

/** Copy the highest number used so far, which SQLite keeps in sqlite_sequence, so that AUTOINCREMENT never reuses a number. */
const copySequence = (from: string, temporary: string): string[] => [
  `DELETE FROM sqlite_sequence WHERE name = ${literal(temporary)}`,
  `INSERT INTO sqlite_sequence (name, seq) SELECT ${literal(temporary)}, seq FROM sqlite_sequence WHERE name = ${literal(from)}`,
]
