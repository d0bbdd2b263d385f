/** Reads the schema of a database, from PRAGMAs where possible and otherwise from the SQL in `sqlite_schema`. */
import type { Connection } from '../connection.ts'
import { canonical } from '../sql-text.ts'
import { textOf, tokenize } from '../tokens.ts'
import type { SchemaRow } from './read-index.ts'
import { readTable, type TableListRow } from './read-table.ts'
import type { Definition, Snapshot, Trigger } from './snapshot.ts'

const selectSchemaRows = 'SELECT name, type, tbl_name AS "table", sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid'

/**
 * Read the schema of an open database, without `schema_migrations`, SQLite's internal tables and the shadow tables of virtual tables.
 * Names of constraints are left out, because they only appear in error messages.
 */
export function readSchema(connection: Connection): Snapshot {
  const listed = connection.all<TableListRow & { type: string }>("SELECT * FROM pragma_table_list WHERE schema = 'main'")
  const tables = new Map(listed.map((table) => [table.name, table]))
  const isOurs = ({ table }: SchemaRow) => !/^(sqlite_|schema_migrations$)/.test(table) && tables.get(table)?.type !== 'shadow'
  const rows = connection.all<SchemaRow>(selectSchemaRows).filter(isOurs)
  const ofType = (wanted: string) => rows.filter(({ type }) => type === wanted)
  const ofTable = (wanted: string) => ofType('index').filter(({ table }) => table === wanted)
  const isVirtual = ({ name }: SchemaRow) => tables.get(name)?.type === 'virtual'
  const tableListRow = (row: SchemaRow) => tables.get(row.name) ?? { name: row.name, wr: 0, strict: 0 }
  const ordinary = ofType('table').filter((row) => !isVirtual(row))
  return {
    tables: ordinary.map((row) => readTable(connection, row, tableListRow(row), ofTable(row.name))),
    virtualTables: ofType('table').filter(isVirtual).map(readVirtualTable),
    views: ofType('view').map(readDefinition),
    triggers: ofType('trigger').map((row): Trigger => ({ ...readDefinition(row), table: row.table })),
  }
}

function readDefinition({ name, sql }: SchemaRow): Definition {
  const tokens = tokenize(sql)
  return { name, sql: textOf(tokens, sql), rule: canonical(tokens) }
}

/** The rule is the module and its arguments; these token by token as written, because each module defines its own syntax. */
function readVirtualTable({ name, sql }: SchemaRow): Definition {
  const tokens = tokenize(sql)
  const rule = [canonical(tokens.slice(5, 6)), ...tokens.slice(6).map(({ text }) => text)]
  return { name, sql: textOf(tokens, sql), rule: rule.join(' ') }
}
