/** What a change destroys: the values that no statement carries over. */
import { isKeyword, tokenize } from '../sql.ts'
import { match, replace } from './match.ts'
import { unquote } from './names.ts'
import type { Column, Definition, Schema, Table } from './schema.ts'

/** In words, one for each table or column whose values are gone after going from one schema to the other. */
export function losses(from: Schema, to: Schema): string[] {
  const tables = match(from.tables, to.tables)
  return [
    ...tables.kept.flatMap(([before, after]) => lostColumns(before, after).map((column) => lostColumn(before, column))),
    ...tables.removed.map(lostTable),
    ...replace(from.virtualTables, to.virtualTables)
      .drop.filter((table) => externalContent(table) === '')
      .map(lostTable),
  ]
}

export const lostTable = ({ name }: { name: string }): string => `every row of '${name}'`

export const lostColumn = (table: Table, column: Column): string => `every value of '${table.name}.${column.name}'`

/** The columns with values of their own that are dropped, or computed from now on. */
export function lostColumns(from: Table, to: Table): Column[] {
  const { removed, kept } = match(from.columns, to.columns)
  const computed = kept.filter(([, after]) => after.generated !== '').map(([before]) => before)
  return [...removed, ...computed].filter(({ generated }) => generated === '')
}

/**
 * The table whose text an FTS5 index is made of (https://sqlite.org/fts5.html#external_content_tables), so that the index
 * can be made anew; '' for any other virtual table.
 */
export function externalContent({ sql }: Definition): string {
  const tokens = tokenize(sql)
  const isFts5 = tokens.some((token, i) => isKeyword(token, 'USING') && isKeyword(tokens[i + 1], 'FTS5'))
  const option = tokens.findIndex((token, i) => isKeyword(token, 'CONTENT') && tokens[i + 1]?.text === '=')
  const value = tokens[option + 2]
  return isFts5 && option >= 0 && value ? unquote(value) : ''
}
