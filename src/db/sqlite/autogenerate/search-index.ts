/**
 * FTS5 tables with external content (https://sqlite.org/fts5.html#external_content_tables): SQLite does not notice when what they are
 * made of changes, and then answers from the old text or not at all.
 */
import { foldCase } from '../../../fold-case.ts'
import { isKeyword, tokenize } from '../tokens.ts'
import { compareTables } from './compare.ts'
import { find } from './match.ts'
import type { Definition, Snapshot } from './snapshot.ts'
import { identifier, unquote } from './spelling.ts'

/** The table or view that a search index is made of; '' for any other virtual table. */
export function contentOf({ sql }: Definition): string {
  const tokens = tokenize(sql)
  const option = tokens.findIndex((token, i) => foldCase(unquote(token)) === 'content' && tokens[i + 1]?.text === '=')
  const value = tokens[option + 2]
  return moduleOf(sql) === 'fts5' && option >= 0 && value ? unquote(value) : ''
}

function moduleOf(sql: string): string {
  const tokens = tokenize(sql)
  const name = tokens[tokens.findIndex((token) => isKeyword(token, 'USING')) + 1]
  return name ? foldCase(unquote(name)) : ''
}

/** Whether the rows that an existing search index is made of can differ after the change from one schema to the other. */
export function isContentChanged(index: Definition, from: Snapshot, to: Snapshot, isRebuilt: (table: string) => boolean): boolean {
  const content = contentOf(index)
  if (content === '') return false
  // Columns that ALTER TABLE adds to a table do not concern its index. Through a view they can.
  if (find(to.tables, content)) return isRebuilt(content) || !find(from.tables, content)
  return isChanged(content, from, to, isRebuilt, new Set())
}

/** Whether a table or view, or anything that the view reads, is not the same in both schemas. */
function isChanged(name: string, from: Snapshot, to: Snapshot, isRebuilt: (table: string) => boolean, seen: Set<string>): boolean {
  if (seen.has(foldCase(name))) return false
  seen.add(foldCase(name))
  const [oldTable, newTable] = [find(from.tables, name), find(to.tables, name)]
  if (oldTable && newTable) return isRebuilt(name) || compareTables(oldTable, newTable).length > 0
  const [oldView, newView] = [find(from.views, name), find(to.views, name)]
  if (!oldView || !newView || oldView.rule !== newView.rule) return true
  const names = new Set(tokenize(newView.sql).map((token) => foldCase(unquote(token))))
  const sources = [...from.tables, ...to.tables, ...to.views].filter((source) => names.has(foldCase(source.name)))
  return sources.some((source) => isChanged(source.name, from, to, isRebuilt, seen))
}

/** The statement that fills a search index from its content. */
export const rebuildIndex = ({ name }: Definition): string => `INSERT INTO ${identifier(name)} (${identifier(name)}) VALUES ('rebuild')`

/** A sentence for each FTS3 or FTS4 table: it is not filled from its content when it is created, nor can be checked. */
export const outdatedIndexes = ({ virtualTables }: Snapshot): string[] =>
  virtualTables
    .filter(({ sql }) => /^fts[34]$/.test(moduleOf(sql)))
    .map(({ name, sql }) => `'${name}' is a table of ${moduleOf(sql)}, which is out of date: use fts5`)
