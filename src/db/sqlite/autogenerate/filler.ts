/** Finds a value for a NOT NULL column that the upgrade drops and the downgrade adds again. */

import { foldCase } from '../../../fold-case.ts'
import type { Connection } from '../connection.ts'
import { tokenize } from '../tokens.ts'
import type { Column, Constraint, ForeignKey, Table } from './snapshot.ts'
import { identifier, identifiers, unquote } from './spelling.ts'

/**
 * Return an SQL expression that satisfies the column's constraints: an existing key of the parent for a foreign key, row numbers for a
 * unique column, otherwise the first candidate that passes the CHECKs. If none passes, return the zero value of the type.
 */
export function findFillValue(connection: Connection, table: Table, column: Column): string {
  const includesColumn = ({ columns }: Constraint) => columns.some((name) => foldCase(name) === foldCase(column.name))
  const foreignKey = table.foreignKeys.find((key) => key.columns.length === 1 && includesColumn(key))
  if (foreignKey) return firstParent(foreignKey, column)
  if ([table.primaryKey, ...table.uniques].some(includesColumn) || isUniquelyIndexed(table, column))
    return inType(column, 'row_number() OVER ()')
  const checks = table.checks.filter(includesColumn).map(({ rule }) => rule)
  const passing = candidates(column, checks).find((value) => checks.every((check) => passes(connection, column, value, check)))
  return passing ?? zero(column)
}

const isUniquelyIndexed = ({ indexes }: Table, { name }: Column): boolean =>
  indexes.some(({ rule }) => rule.startsWith('unique') && tokenize(rule).some((token) => foldCase(unquote(token)) === foldCase(name)))

// If the parent table is empty, the rows refer to a missing parent and foreign_key_check refuses the downgrade. Without rows it passes.
const firstParent = ({ table, references }: ForeignKey, column: Column): string =>
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

// A CHECK that uses other columns cannot run on one value. It counts as passed; the downgrade itself checks it on the real rows.
export function passes(connection: Connection, { name, type }: Column, value: string, check: string): boolean {
  const typed = type === '' ? value : `CAST(${value} AS ${type})`
  try {
    return connection.all(`SELECT 1 FROM (SELECT ${typed} AS ${identifier(name)}) WHERE NOT (${check})`).length === 0
  } catch {
    return true
  }
}
