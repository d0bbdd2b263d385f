/**
 * FTS5 indexes with external content (https://sqlite.org/fts5.html#external_content_tables). SQLite does not update them when their table
 * or view changes: queries then find the old text or fail.
 */
import { foldCase } from '../../../fold-case.ts'
import { identifier, unquote } from '../sql-text.ts'
import { tokenize } from '../tokens.ts'
import { contentOf, moduleOf } from '../virtual-tables.ts'
import { compareTables } from './compare.ts'
import { find } from './match.ts'
import type { Definition, Snapshot } from './snapshot.ts'

/** Whether the text that a search index finds in its table or view can differ between the schemas. */
export function isContentChanged(index: Definition, from: Snapshot, to: Snapshot, isRebuilt: (table: string) => boolean): boolean {
  const content = contentOf(index.sql)
  if (content === '') return false
  // An index does not read a column that ALTER TABLE adds to its table. A view may read it.
  if (find(to.tables, content)) return isRebuilt(content) || !find(from.tables, content)
  return isChanged(content, from, to, isRebuilt, new Set())
}

/** Whether a table or view, or anything that the view reads, differs between the schemas. */
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

/** A sentence for each FTS3 or FTS4 table, because the migrator rebuilds and checks only FTS5 indexes. */
export const outdatedIndexes = ({ virtualTables }: Snapshot): string[] =>
  virtualTables
    .filter(({ sql }) => /^fts[34]$/.test(moduleOf(sql)))
    .map(({ name, sql }) => `'${name}' is a table of ${moduleOf(sql)}, which is out of date: use fts5`)
