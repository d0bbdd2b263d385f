/** Finds a value that existing rows can have in a new NOT NULL column: for a downgrade, and as an example in a hint. */

import type { Connection } from '../connection.ts'
import { identifier, identifiers, unquote } from '../sql-text.ts'
import { tokenize } from '../tokens.ts'
import { isSameName } from './match.ts'
import type { Column, Constraint, ForeignKey, Table } from './snapshot.ts'

/**
 * Return an SQL expression that satisfies the column's constraints: an existing key of the parent for a foreign key, row numbers for a
 * unique column, otherwise the first candidate that passes the CHECKs. If none passes, return the zero value of the type.
 */
export function findFillValue(connection: Connection, table: Table, column: Column): string {
  const includesColumn = ({ columns }: Constraint) => columns.some((name) => isSameName(name, column.name))
  const foreignKey = table.foreignKeys.find((key) => key.columns.length === 1 && includesColumn(key))
  if (foreignKey) return smallestParentKey(foreignKey, column)
  if ([table.primaryKey, ...table.uniques].some(includesColumn) || isUniquelyIndexed(table, column))
    return inType(column, 'row_number() OVER ()')
  const checks = table.checks.filter(includesColumn).map(({ rule }) => rule)
  const passing = candidates(column, checks).find((value) => checks.every((check) => passesCheck(connection, column, value, check)))
  return passing ?? zero(column)
}

const isUniquelyIndexed = ({ indexes }: Table, { name }: Column): boolean =>
  indexes.some(({ rule }) => rule.startsWith('unique') && tokenize(rule).some((token) => isSameName(unquote(token), name)))

/** The parent's smallest key, or the zero value if the parent is empty: then the foreign key check refuses the migration if rows exist. */
const smallestParentKey = ({ table, references }: ForeignKey, column: Column): string =>
  `coalesce((SELECT min(${identifiers(references)}) FROM ${identifier(table)}), ${zero(column)})`

/** The zero value of the column's affinity (https://sqlite.org/datatype3.html#determination_of_column_affinity). */
function zero({ type }: Column): string {
  if (type.includes('INT')) return '0'
  if (/CHAR|CLOB|TEXT|ANY/.test(type)) return "''"
  return type === '' || type.includes('BLOB') ? "x''" : '0'
}

/** Values to try. Literals in a CHECK are often valid: `status IN ('draft', 'published')`, `n BETWEEN 1 AND 9`. */
function candidates(column: Column, checks: readonly string[]): string[] {
  const literals = checks
    .flatMap((check) => tokenize(check))
    .filter(({ kind }) => kind === 'string' || kind === 'number' || kind === 'blob')
  const others = ["'0'", "'a'", "'1970-01-01'", "'1970-01-01T00:00:00Z'", "'1970-01-01T00:00:00.000Z'"]
  return [zero(column), ...[...literals.map(({ text }) => text), '1', '-1', ...others].map((value) => inType(column, value))]
}

const inType = ({ type }: Column, value: string): string => (type === 'BLOB' ? `CAST(${value} AS BLOB)` : value)

/** Whether one value passes a CHECK. A CHECK that uses other columns counts as passed: the migration checks it on the real rows. */
export function passesCheck(connection: Connection, { name, type }: Column, value: string, check: string): boolean {
  const typed = type === '' ? value : `CAST(${value} AS ${type})`
  try {
    return connection.all(`SELECT 1 FROM (SELECT ${typed} AS ${identifier(name)}) WHERE NOT (${check})`).length === 0
  } catch {
    return true
  }
}
