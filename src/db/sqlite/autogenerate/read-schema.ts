/** From a database to its schema: PRAGMAs for what they tell, the tokens of `sqlite_schema.sql` for what they do not. */
import type { Connection } from '../connection.ts'
import { tokenize } from '../tokens.ts'
import type { SchemaRow } from './read-index.ts'
import { readTable, type TableListRow } from './read-table.ts'
import type { Definition, Snapshot, Trigger } from './snapshot.ts'
import { canonical, textOf } from './spelling.ts'

const selectSchemaRows = 'SELECT name, type, tbl_name AS "table", sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid'

/**
 * The schema of an open database, without the migrator's own `schema_migrations`, the tables SQLite keeps for itself and the shadow
 * tables of virtual tables. Reads only. The names of constraints are not part of it: they word an error and rule nothing.
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

/** The rule is what follows USING, token by token: a module may read its arguments as it likes. */
function readVirtualTable({ name, sql }: SchemaRow): Definition {
  const tokens = tokenize(sql)
  const rule = tokens.slice(5).map(({ text }) => text)
  return { name, sql: textOf(tokens, sql), rule: rule.join(' ') }
}
