/** Checks the values that are requested for existing rows with `--fill`. */
import { errorMessage, RefusedError, UsageError } from '../../../errors.ts'
import type { Rename } from '../../../migrate/new-file.ts'
import { fillOption, type RequestedFill } from '../../../migrate/requested-changes.ts'
import type { Connection, OpenMemory } from '../connection.ts'
import { identifier } from '../sql-text.ts'
import { textOf, tokenize } from '../tokens.ts'
import { quote } from './compare.ts'
import { findFillValue, passesCheck } from './find-fill-value.ts'
import { find, isSameName } from './match.ts'
import { fillTables, inMemory } from './rehearse.ts'
import { laterTable } from './renames.ts'
import { createTable } from './render-schema.ts'
import type { Column, Snapshot, Table } from './snapshot.ts'

/** Finds the fill that was requested for a column, if any. */
export const requestedFill = (fills: readonly RequestedFill[], { name }: Table, column: Column): string | undefined =>
  fills.find((fill) => isSameName(fill.table, name) && isSameName(fill.column, column.name))?.value

/** A schema, the renames that lead to it, and the declared schema. */
interface RenamedSchema {
  readonly renames: readonly Rename[]
  readonly from: Snapshot
  readonly target: Snapshot
}

/**
 * Return the fills with the names that tables have after the renames.
 * @throws UsageError, if a fill is for no column that needs one, or is no expression; RefusedError, if the column cannot hold its value
 */
export function resolveFills(openMemory: OpenMemory, fills: readonly RequestedFill[], schema: RenamedSchema): RequestedFill[] {
  const { renames, from, target } = schema
  const resolved = fills.map(({ table, column, value }) => ({
    table: laterTable(renames, table),
    column,
    // Leave out a final comment, which would hide the SQL after the value.
    value: textOf(tokenize(value), value),
  }))
  for (const fill of resolved) {
    const isTwice = resolved.some((other) => other !== fill && isSameName(labelOf(other), labelOf(fill)))
    const problem = isTwice ? 'it is filled twice' : problemOf(fill, from, target)
    if (problem) throw new UsageError(`cannot fill ${labelOf(fill)}: ${problem}`, whatCanBeFilled)
  }
  if (resolved.length > 0) inMemory(openMemory, (connection) => checkValues(connection, resolved, from, target))
  return resolved
}

const whatCanBeFilled =
  'existing rows get a value in a column that is new or becomes NOT NULL: declare it in src/models/schema.ts and build, or leave out --fill'

const labelOf = ({ table, column }: RequestedFill): string => quote(table, [column])

function problemOf(fill: RequestedFill, from: Snapshot, to: Snapshot): string | undefined {
  const table = find(from.tables, fill.table)
  const after = find(find(to.tables, fill.table)?.columns ?? [], fill.column)
  const before = find(table?.columns ?? [], fill.column)
  if (!after) return `no column ${labelOf(fill)} is declared`
  if (!table) return 'the table is new and has no rows'
  if (after.generated !== '') return 'it is a generated column'
  return !before || (before.notNull === '' && after.notNull !== '') ? undefined : 'it is neither new nor becomes NOT NULL'
}

/** Evaluate the expressions on tables with test rows. */
function checkValues(connection: Connection, fills: readonly RequestedFill[], from: Snapshot, to: Snapshot): void {
  for (const { name, elements, isStrict, isWithoutRowid } of from.tables)
    connection.exec(createTable(name, elements, { strict: isStrict, withoutRowid: isWithoutRowid }))
  for (const { sql } of [...from.virtualTables, ...from.views]) connection.exec(sql)
  fillTables(connection)
  for (const fill of fills) {
    checkExpression(connection, fill)
    const table = find(to.tables, fill.table)
    const column = find(table?.columns ?? [], fill.column)
    if (table && column && isConstant(connection, fill)) checkConstant(connection, fill, table, column)
  }
}

function checkExpression(connection: Connection, fill: RequestedFill): void {
  const aggregate = failureOf(connection, `EXPLAIN SELECT 1 FROM ${identifier(fill.table)} WHERE (${fill.value}\n)`)
  if (aggregate?.startsWith('misuse of aggregate')) {
    const value = `(SELECT ${fill.value} FROM ${identifier(fill.table)})`
    const hint = `to give it to each of them:  ${fillOption({ ...fill, value })}`
    throw new UsageError(`cannot fill ${labelOf(fill)}: ${fill.value} is one value for all rows together`, hint)
  }
  // An argument beside another cannot be a query without parentheses, nor several values.
  const reason = failureOf(connection, `EXPLAIN SELECT (${fill.value}\n), ifnull(${fill.value}\n, 0) FROM ${identifier(fill.table)}`)
  if (reason !== undefined) {
    const hint = `a text needs quotes of its own, for example  ${fillOption({ ...fill, value: "'en'" })}`
    throw new UsageError(`cannot fill ${labelOf(fill)}: ${fill.value} is not an SQL expression over this table: ${reason}`, hint)
  }
}

/** SQLite's message, if the statement fails. */
function failureOf(connection: Connection, statement: string): string | undefined {
  try {
    connection.all(statement)
    return undefined
  } catch (error) {
    return errorMessage(error)
  }
}

/** Whether the expression names no column. Only then it has the same value in real rows as in test rows. */
const isConstant = (connection: Connection, { value }: RequestedFill): boolean =>
  failureOf(connection, `EXPLAIN SELECT (${value})`) === undefined

/** @throws RefusedError, if the column cannot hold the value */
function checkConstant(connection: Connection, fill: RequestedFill, { checks }: Table, column: Column): void {
  const failure = failureOf(connection, `SELECT (${fill.value})`)
  if (failure !== undefined) throw unfit(fill, failure)
  const type = storedType(connection, fill, column)
  const broken = checks.find(({ rule }) => !passesCheck(connection, column, fill.value, rule))
  const problem = [
    type === 'null' && column.notNull !== '' ? 'it is NULL' : [],
    fits(column, type) ? [] : `it is ${type.toUpperCase()}, and the column is ${column.type}`,
    broken ? `it breaks CHECK (${broken.rule})` : [],
  ].flat()[0]
  if (problem) throw unfit(fill, problem)
}

const unfit = (fill: RequestedFill, reason: string): RefusedError =>
  new RefusedError(
    `${labelOf(fill)} cannot hold ${fill.value}: ${reason}`,
    'give another value, or change the column in src/models/schema.ts',
  )

/** The type of the value once a column of this type has converted it (https://sqlite.org/datatype3.html#type_affinity). */
function storedType(connection: Connection, { value }: RequestedFill, { type }: Column): string {
  connection.exec(`CREATE TABLE rehearsal_fill (v ${type}); INSERT INTO rehearsal_fill SELECT (${value})`)
  const [row] = connection.all<{ type: string }>('SELECT typeof(v) AS type FROM rehearsal_fill')
  connection.exec('DROP TABLE rehearsal_fill')
  return row?.type ?? 'null'
}

function fits({ type }: Column, stored: string): boolean {
  if (stored === 'null') return true
  if (/INT|REAL|FLOA|DOUB/.test(type)) return stored === 'integer' || stored === 'real'
  if (/CHAR|CLOB|TEXT/.test(type)) return stored === 'text'
  // Any other type accepts any value: a DATE is often text.
  return type !== 'BLOB' || stored === 'blob'
}

/** A `--fill` option for a new column, as an example to paste. The value is 'en' if the column accepts it. */
export function exampleFill(openMemory: OpenMemory, table: Table, column: Column): string {
  const value = inMemory(openMemory, (connection) => {
    const found = findFillValue(connection, table, column)
    const isText =
      fits(column, 'text') && !found.includes('(') && table.checks.every(({ rule }) => passesCheck(connection, column, "'en'", rule))
    return isText ? "'en'" : found
  })
  return fillOption({ table: table.name, column: column.name, value })
}
