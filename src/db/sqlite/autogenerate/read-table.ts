/** One table: its columns, its keys and its foreign keys. */

import { foldCase } from '../../../fold-case.ts'
import type { Connection } from '../connection.ts'
import { isKeyword, type Token, tokenize } from '../tokens.ts'
import { conflictKey, type ParsedTable, parseTable } from './parse-table.ts'
import { type ListedIndex, readConstraint, readIndex, type SchemaRow } from './read-index.ts'
import type { Column, Constraint, ForeignKey, Table } from './snapshot.ts'
import { canonical, literal, unquote } from './spelling.ts'

export interface ListedTable {
  readonly name: string
  readonly wr: number
  readonly strict: number
}

export function readTable(connection: Connection, { name, sql }: SchemaRow, listed: ListedTable, indexes: readonly SchemaRow[]): Table {
  const parsed = parseTable(sql)
  const listedColumns = connection.all<ListedColumn>('SELECT * FROM pragma_table_xinfo(?)', name)
  const keys = connection.all<ListedIndex>('SELECT * FROM pragma_index_list(?) ORDER BY seq DESC', name)
  const isRowidAliased = listed.wr === 0 && !keys.some(({ origin }) => origin === 'pk')
  const rowidAlias = isRowidAliased ? primaryKeyOf(listedColumns)[0] : undefined
  const columns = listedColumns.map((column) => readColumn(column, parsed))
  const constraints = (wanted: ListedIndex['origin']) =>
    keys.filter(({ origin }) => origin === wanted).map((key) => readConstraint(connection, key, columns, parsed))
  return {
    name,
    columns,
    rowidAlias,
    primaryKey: rowidAlias === undefined ? (constraints('pk')[0] ?? { columns: [], rule: '' }) : aliasKey(rowidAlias, parsed),
    checks: parsed.checks,
    uniques: constraints('u'),
    foreignKeys: readForeignKeys(connection, name, parsed),
    isAutoincrement: parsed.isAutoincrement,
    isStrict: listed.strict === 1,
    isWithoutRowid: listed.wr === 1,
    indexes: indexes.map((row) => readIndex(connection, row, columns)),
    elements: parsed.elements,
  }
}

const aliasKey = (column: string, { conflicts }: ParsedTable): Constraint => ({
  columns: [column],
  rule: `rowid ${foldCase(column)}${conflicts.get(conflictKey('PRIMARY KEY', [])) ?? ''}`,
})

interface ListedColumn {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly dflt_value: string | null
  readonly pk: number
}

const primaryKeyOf = (columns: readonly Pick<ListedColumn, 'name' | 'pk'>[]): string[] =>
  columns
    .filter(({ pk }) => pk > 0)
    .sort((a, b) => a.pk - b.pk)
    .map(({ name }) => name)

function readColumn(column: ListedColumn, parsed: ParsedTable): Column {
  const { name, type, notnull, dflt_value } = column
  const { sql = '', shape = '', collate = '', generated = '' } = parsed.columns.get(foldCase(name)) ?? {}
  return {
    name,
    type: canonical(tokenize(type)).toUpperCase(),
    notNull: notnull === 1 ? `NOT NULL${parsed.conflicts.get(conflictKey('NOT NULL', [name])) ?? ''}` : '',
    default: dflt_value,
    defaultRule: dflt_value === null ? '' : defaultRule(tokenize(dflt_value)),
    collate: collate === 'binary' ? '' : collate,
    generated,
    sql,
    shape,
  }
}

const constants = ['NULL', 'TRUE', 'FALSE', 'CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP']

/** A lone name after DEFAULT is a string, in its own case; none is no default. */
function defaultRule(tokens: readonly Token[]): string {
  const [only] = tokens
  const isString = only && tokens.length === 1 && (only.kind === 'word' || only.kind === 'quoted') && !isKeyword(only, ...constants)
  return isString ? literal(unquote(only)) : canonical(tokens)
}

interface ListedForeignKey {
  readonly id: number
  readonly table: string
  readonly from: string
  readonly to: string | null
  readonly on_update: string
  readonly on_delete: string
}

function readForeignKeys(connection: Connection, table: string, parsed: ParsedTable): ForeignKey[] {
  const rows = connection.all<ListedForeignKey>('SELECT * FROM pragma_foreign_key_list(?) ORDER BY seq', table)
  const ids = [...new Set(rows.map(({ id }) => id))].sort((a, b) => b - a)
  // SQLite numbers the foreign keys of a table from the last to the first.
  return ids.map((id, i) =>
    readForeignKey(
      connection,
      rows.filter((row) => row.id === id),
      parsed.deferred[i] ?? false,
    ),
  )
}

function readForeignKey(connection: Connection, rows: readonly ListedForeignKey[], isDeferred: boolean): ForeignKey {
  const { table = '', on_update = '', on_delete = '' } = rows[0] ?? {}
  const columns = rows.map(({ from }) => from)
  // Without columns it refers to the parent's primary key, and says the same as one that names it.
  const implied = rows[0]?.to === null ? primaryKeyOf(connection.all('SELECT name, pk FROM pragma_table_info(?)', table)) : []
  const references = rows.map(({ to }, i) => to ?? implied[i] ?? '')
  const names = [columns.map(foldCase), foldCase(table), references.map(foldCase)]
  return { columns, table, references, rule: JSON.stringify([...names, on_delete, on_update, isDeferred]) }
}
