/** Reads the module and the options of CREATE VIRTUAL TABLE, which no PRAGMA reports. */
import { foldCase } from '../../fold-case.ts'
import type { Connection } from './connection.ts'
import { unquote } from './sql-text.ts'
import { isKeyword, tokenize } from './tokens.ts'

interface VirtualTable {
  readonly name: string
  /** See `moduleOf`. */
  readonly module: string
  /** See `contentOf`. */
  readonly content: string
}

export const virtualTables = (connection: Connection): VirtualTable[] =>
  connection
    .all<{ name: string; sql: string }>(
      "SELECT name, sql FROM main.sqlite_schema WHERE type = 'table' AND sql LIKE 'create virtual table%'",
    )
    .map(({ name, sql }) => ({ name, module: moduleOf(sql), content: contentOf(sql) }))

/** The folded name of the module, such as `fts5`. */
export function moduleOf(sql: string): string {
  const tokens = tokenize(sql)
  const name = tokens[tokens.findIndex((token) => isKeyword(token, 'USING')) + 1]
  return name ? foldCase(unquote(name)) : ''
}

/** The table or view that an FTS5 index with external content indexes; '' for any other virtual table. */
export function contentOf(sql: string): string {
  const tokens = tokenize(sql)
  const option = tokens.findIndex((token, i) => foldCase(unquote(token)) === 'content' && tokens[i + 1]?.text === '=')
  const value = tokens[option + 2]
  return moduleOf(sql) === 'fts5' && option >= 0 && value ? unquote(value) : ''
}
