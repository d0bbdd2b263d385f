/** Finds defaults that cannot be stored. SQLite accepts them, because it evaluates a default only when a row needs it. */
import { errorMessage } from '../../../errors.ts'
import type { RequestedFill } from '../../../migrate/requested-changes.ts'
import type { Connection } from '../connection.ts'
import { identifier, identifiers } from '../sql-text.ts'
import { requestedFill } from './fills.ts'
import { match } from './match.ts'
import { createTable } from './render-schema.ts'
import { type Column, isStored, type Snapshot, type Table } from './snapshot.ts'

/** A sentence for each default that its column's type, NOT NULL or CHECKs refuse. `scratch` is an empty database. */
export const defaultFaults = (scratch: Connection, { tables }: Snapshot): string[] =>
  tables.flatMap((table) =>
    table.columns
      .filter((column) => column.default !== null && isStored(column))
      .flatMap((column) => {
        const reason = insertDefaults(scratch, table, [column])
        // What does not compile is found in the table itself.
        return reason === undefined || !/constraint failed|cannot store/.test(reason)
          ? []
          : `the default ${column.default} of '${table.name}.${column.name}' cannot be stored: ${reason}`
      }),
  )

/** New columns of a table, and SQLite's message about their defaults. */
export interface NewColumns {
  readonly table: Table
  readonly columns: readonly Column[]
  readonly reason: string
}

/**
 * The tables whose constraints refuse a row with the defaults of their new columns. A column without a default gets NULL.
 * A column in `fills` gets another value. `scratch` is an empty database.
 */
export const newColumnFaults = (scratch: Connection, from: Snapshot, to: Snapshot, fills: readonly RequestedFill[]): NewColumns[] =>
  tryNewColumns(from, to, fills, (table, columns) => insertDefaults(scratch, table, columns))

/** The tables of which two rows could not have these defaults: a UNIQUE covers new columns alone, and its default is always the same. */
export const repeatedDefaultFaults = (scratch: Connection, from: Snapshot, to: Snapshot, fills: readonly RequestedFill[]): NewColumns[] =>
  tryNewColumns(from, to, fills, (table, columns) => insertDefaults(scratch, table, columns, uniqueIndexes(table)))

function tryNewColumns(
  from: Snapshot,
  to: Snapshot,
  fills: readonly RequestedFill[],
  reasonFor: (table: Table, columns: readonly Column[]) => string | undefined,
): NewColumns[] {
  return match(from.tables, to.tables).kept.flatMap(([before, table]) => {
    const isFilled = (column: Column) =>
      (column.notNull !== '' && column.default === null) || requestedFill(fills, table, column) !== undefined
    const columns = match(before.columns, table.columns).added.filter((column) => isStored(column) && !isFilled(column))
    const reason = columns.length === 0 ? undefined : reasonFor(table, columns)
    return reason === undefined ? [] : [{ table, columns, reason }]
  })
}

/** Statements for what must be unique in a table; an index keeps its WHERE. */
const uniqueIndexes = ({ name, primaryKey, uniques, indexes }: Table): string[] => [
  ...[primaryKey, ...uniques]
    .filter(({ columns }) => columns.length > 0)
    .map(({ columns }, i) => `CREATE UNIQUE INDEX rehearsal_unique_${i} ON ${identifier(name)} (${identifiers(columns)})`),
  ...indexes.filter(({ rule }) => rule.startsWith('unique ')).map(({ sql }) => sql),
]

/**
 * Insert the defaults into a table of this name that has only these columns, with their constraints; twice, if there are indexes. Return
 * SQLite's message.
 */
function insertDefaults(
  scratch: Connection,
  table: Table,
  columns: readonly Column[],
  indexes: readonly string[] = [],
): string | undefined {
  const name = identifier(table.name)
  const definitions = columns.map((column) => define(table, column))
  const create = (checks: readonly string[]) =>
    scratch.exec(createTable(table.name, [...definitions, ...checks], { strict: table.isStrict }))
  const drop = () => scratch.exec(`DROP TABLE IF EXISTS ${name}`)
  const compiles = (check: string) => {
    const reason = attempt(() => create([check]))
    drop()
    // A CHECK that names another column cannot be tried.
    return reason === undefined
  }
  create(table.checks.map(({ rule }) => `CHECK (${rule})`).filter(compiles))
  // An index of another column does not fit.
  for (const index of indexes) attempt(() => scratch.exec(index))
  const insert = `INSERT INTO ${name} DEFAULT VALUES;`
  const reason = attempt(() => scratch.exec(indexes.length === 0 ? insert : insert + insert))
  drop()
  return reason
}

function define({ rowidAlias }: Table, { name, type, notNull, defaultRule, collate }: Column): string {
  const clauses = [
    name === rowidAlias ? '' : notNull,
    defaultRule === '' ? '' : `DEFAULT (${defaultRule})`,
    collate === '' ? '' : `COLLATE ${identifier(collate)}`,
  ]
  return `${identifier(name)} ${type} ${clauses.join(' ')}`
}

function attempt(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return errorMessage(error)
  }
}
