/** Reads indexes, and the PRIMARY KEY and UNIQUE constraints that SQLite implements as indexes. */

import { foldCase } from '../../../fold-case.ts'
import type { Connection } from '../connection.ts'
import { canonical } from '../sql-text.ts'
import { splitAtCommas, TokenCursor } from '../token-cursor.ts'
import { isKeyword, type Token, textOf, tokenize } from '../tokens.ts'
import { conflictKey, type ParsedTable } from './parse-table.ts'
import type { Column, Constraint, Index } from './snapshot.ts'

/** A row of `sqlite_schema`. */
export interface SchemaRow {
  readonly name: string
  readonly type: string
  readonly table: string
  readonly sql: string
}

/** A row of PRAGMA index_list. */
export interface IndexListRow {
  readonly name: string
  /** Made by CREATE INDEX, UNIQUE or PRIMARY KEY. */
  readonly origin: 'c' | 'u' | 'pk'
}

interface IndexedColumn {
  /** Null for an expression. */
  readonly name: string | null
  /** The COLLATE and DESC clauses. */
  readonly suffix: string
}

/** COLLATE is left out if it equals the column's collation, so that changing the column's collation does not change the index's rule. */
function readIndexedColumns(connection: Connection, index: string, columns: readonly Column[]): IndexedColumn[] {
  const rows = connection.all<{ name: string | null; desc: number; coll: string }>(
    "SELECT * FROM pragma_index_xinfo(?, 'main') WHERE key = 1",
    index,
  )
  return rows.map(({ name, desc, coll }) => {
    const own = columns.find((column) => column.name === name)?.collate || 'binary'
    const collate = name === null || foldCase(coll) === own ? '' : ` collate ${foldCase(coll)}`
    return { name, suffix: `${collate}${desc ? ' desc' : ''}` }
  })
}

/** Read a PRIMARY KEY or UNIQUE constraint from its index. */
export function readConstraint(
  connection: Connection,
  index: IndexListRow,
  tableColumns: readonly Column[],
  parsed: ParsedTable,
): Constraint {
  const indexed = readIndexedColumns(connection, index.name, tableColumns)
  const columns = indexed.flatMap(({ name }) => name ?? [])
  const key = index.origin === 'pk' ? conflictKey('PRIMARY KEY', []) : conflictKey('UNIQUE', columns)
  const rule = indexed.map(({ name, suffix }) => foldCase(name ?? '') + suffix).join(', ')
  return { columns, rule: rule + (parsed.conflicts.get(key) ?? '') }
}

/** Read an index made by CREATE INDEX. PRAGMA index_xinfo does not report expressions and WHERE, so they come from the statement. */
export function readIndex(connection: Connection, { name, sql }: SchemaRow, columns: readonly Column[]): Index {
  const tokens = tokenize(sql)
  const cursor = new TokenCursor(tokens.slice(tokens.findIndex(({ text }) => text === '(')))
  const expressions = splitAtCommas(cursor.group()).map(stripSortOrder)
  const indexed = readIndexedColumns(connection, name, columns).map((column, i) => indexedColumnRule(column, expressions[i] ?? []))
  const unique = isKeyword(tokens[1], 'UNIQUE') ? 'unique ' : ''
  return { name, sql: textOf(tokens, sql), rule: `${unique}(${indexed.join(', ')}) ${canonical(cursor.rest())}` }
}

const indexedColumnRule = ({ name, suffix }: IndexedColumn, expression: readonly Token[]): string =>
  (name === null ? canonical(expression) : foldCase(name)) + suffix

const stripSortOrder = (tokens: readonly Token[]): readonly Token[] =>
  isKeyword(tokens.at(-1), 'ASC', 'DESC') && tokens.length > 1 ? tokens.slice(0, -1) : tokens
