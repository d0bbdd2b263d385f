/** Reads one table: columns, constraints and indexes. */

import { foldCase } from '../../../fold-case.ts'
import type { Connection } from '../connection.ts'
import { canonical, literal, unquote } from '../sql-text.ts'
import { isKeyword, type Token, tokenize } from '../tokens.ts'
import { conflictKey, type ParsedTable, parseTable } from './parse-table.ts'
import { type IndexListRow, readConstraint, readIndex, type SchemaRow } from './read-index.ts'
import type { Column, Constraint, ForeignKey, Table } from './snapshot.ts'

/** A row of PRAGMA table_list. */
export interface TableListRow {
  readonly name: string
  /** 1 for a WITHOUT ROWID table. */
  readonly wr: number
  readonly strict: number
}

export function readTable(connection: Connection, { name, sql }: SchemaRow, listed: TableListRow, indexes: readonly SchemaRow[]): Table {
  const parsed = parseTable(name, sql)
  const columnRows = connection.all<TableInfoRow>("SELECT * FROM pragma_table_xinfo(?, 'main')", name)
  const indexRows = connection.all<IndexListRow>("SELECT * FROM pragma_index_list(?, 'main') ORDER BY seq DESC", name)
  const isRowidAliased = listed.wr === 0 && !indexRows.some(({ origin }) => origin === 'pk')
  const rowidAlias = isRowidAliased ? primaryKeyOf(columnRows)[0] : undefined
  const columns = columnRows.map((column) => readColumn(column, parsed))
  const constraints = (wanted: IndexListRow['origin']) =>
    indexRows.filter(({ origin }) => origin === wanted).map((row) => readConstraint(connection, row, columns, parsed))
  return {
    name,
    columns,
    rowidAlias,
    primaryKey: rowidAlias === undefined ? (constraints('pk')[0] ?? { columns: [], rule: '' }) : rowidAliasKey(rowidAlias, parsed),
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

const rowidAliasKey = (column: string, { conflicts }: ParsedTable): Constraint => ({
  columns: [column],
  rule: `rowid ${foldCase(column)}${conflicts.get(conflictKey('PRIMARY KEY', [])) ?? ''}`,
})

/** A row of PRAGMA table_info or table_xinfo. */
interface TableInfoRow {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly dflt_value: string | null
  /** The position in the primary key, from 1; 0 for a column that is not part of it. */
  readonly pk: number
}

const primaryKeyOf = (columns: readonly Pick<TableInfoRow, 'name' | 'pk'>[]): string[] =>
  columns
    .filter(({ pk }) => pk > 0)
    .sort((a, b) => a.pk - b.pk)
    .map(({ name }) => name)

function readColumn(column: TableInfoRow, parsed: ParsedTable): Column {
  const { name, type, notnull, dflt_value } = column
  const { sql = '', anonymousDefinition = '', collate = '', generated = '' } = parsed.columns.get(foldCase(name)) ?? {}
  return {
    name,
    type: canonical(tokenize(type)).toUpperCase(),
    notNull: notnull === 1 ? `NOT NULL${parsed.conflicts.get(conflictKey('NOT NULL', [name])) ?? ''}` : '',
    default: dflt_value,
    defaultRule: dflt_value === null ? '' : defaultRule(tokenize(dflt_value)),
    collate: collate === 'binary' ? '' : collate,
    generated,
    sql,
    anonymousDefinition,
  }
}

const constants = ['NULL', 'TRUE', 'FALSE', 'CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP']

/** The default in canonical spelling. SQLite reads a single name after DEFAULT as a string, whose case matters. */
function defaultRule(tokens: readonly Token[]): string {
  const [only] = tokens
  const isString = only && tokens.length === 1 && (only.kind === 'word' || only.kind === 'quoted') && !isKeyword(only, ...constants)
  return isString ? literal(unquote(only)) : canonical(tokens)
}

/** A row of PRAGMA foreign_key_list: one column of one foreign key. */
interface ForeignKeyListRow {
  readonly id: number
  readonly table: string
  readonly from: string
  /** Null if the foreign key names no columns of the parent. */
  readonly to: string | null
  readonly on_update: string
  readonly on_delete: string
}

function readForeignKeys(connection: Connection, table: string, parsed: ParsedTable): ForeignKey[] {
  const rows = connection.all<ForeignKeyListRow>("SELECT * FROM pragma_foreign_key_list(?, 'main') ORDER BY seq", table)
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

function readForeignKey(connection: Connection, rows: readonly ForeignKeyListRow[], isDeferred: boolean): ForeignKey {
  const { table = '', on_update = '', on_delete = '' } = rows[0] ?? {}
  const columns = rows.map(({ from }) => from)
  // A foreign key without parent columns refers to the parent's primary key.
  const implied = rows[0]?.to === null ? primaryKeyOf(connection.all("SELECT name, pk FROM pragma_table_info(?, 'main')", table)) : []
  const references = rows.map(({ to }, i) => to ?? implied[i] ?? '')
  const names = [columns.map(foldCase), foldCase(table), references.map(foldCase)]
  return { columns, table, references, rule: JSON.stringify([...names, on_delete, on_update, isDeferred]) }
}
