/** Finds defaults that cannot be stored. SQLite accepts them, because it evaluates a default only when a row needs it. */
import { errorMessage } from '../../../errors.ts'
import type { RequestedFill } from '../../../migrate/requested-changes.ts'
import type { Connection } from '../connection.ts'
import { identifier } from '../sql-text.ts'
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
        return reason === undefined ? [] : `the default ${column.default} of '${table.name}.${column.name}' cannot be stored: ${reason}`
      }),
  )

/**
 * A sentence for each table whose constraints refuse a row with the defaults of its new columns. A column without a default gets NULL.
 * A column in `fills` gets another value. `scratch` is an empty database.
 */
export const newColumnFaults = (scratch: Connection, from: Snapshot, to: Snapshot, fills: readonly RequestedFill[]): string[] =>
  match(from.tables, to.tables).kept.flatMap(([before, table]) => {
    const isFilled = (column: Column) =>
      (column.notNull !== '' && column.default === null) || requestedFill(fills, table, column) !== undefined
    const columns = match(before.columns, table.columns).added.filter((column) => isStored(column) && !isFilled(column))
    const reason = columns.length === 0 ? undefined : insertDefaults(scratch, table, columns)
    const names = columns.map(({ name }) => `'${table.name}.${name}'`).join(', ')
    return reason === undefined ? [] : `no row can have the default of ${names}, which ${columns.length > 1 ? 'are' : 'is'} new: ${reason}`
  })

/** Insert the defaults into a table of this name that has only these columns, with their constraints. Return SQLite's message. */
function insertDefaults(scratch: Connection, table: Table, columns: readonly Column[]): string | undefined {
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
  const reason = attempt(() => scratch.exec(`INSERT INTO ${name} DEFAULT VALUES`))
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
