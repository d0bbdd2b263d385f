/** Reads the module and the options of CREATE VIRTUAL TABLE, which no PRAGMA reports. */
import { foldCase } from '../../fold-case.ts'
import { unquote } from './sql-text.ts'
import { isKeyword, tokenize } from './tokens.ts'

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
