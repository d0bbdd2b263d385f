/** Whether the FTS5 search indexes match the tables that they index (https://sqlite.org/fts5.html#the_integrity_check_command). */
import { errorCode } from '../../errors.ts'
import { foldCase } from '../../fold-case.ts'
import type { Statement } from '../../migrate/files.ts'
import type { Connection } from './connection.ts'
import { identifier, unquote } from './sql-text.ts'
import { type Token, tokenize } from './tokens.ts'
import { virtualTables } from './virtual-tables.ts'

interface SearchIndex {
  readonly name: string
  /** The table or view that it indexes; its own name if it stores the text itself. */
  readonly content: string
}

/**
 * A sentence for each search index that does not match its table. A check reads the whole index and table, so `statements` limits it to
 * indexes that they may affect: they name the index, its table or view, or a table that the view reads. Needs a transaction that may
 * write, although it changes nothing.
 */
export function searchFaults(connection: Connection, statements?: readonly Statement[]): string[] {
  const named = statements && new Set(statements.flatMap(({ sql }) => names(tokenize(sql))))
  return searchIndexes(connection)
    .filter((index) => !named || namesOf(connection, index).some((name) => named.has(name)))
    .flatMap((index) => faultOf(connection, index))
}

const searchIndexes = (connection: Connection): SearchIndex[] =>
  virtualTables(connection)
    .filter(({ module }) => module === 'fts5')
    .map(({ name, content }) => ({ name, content: content || name }))

const names = (tokens: readonly Token[]): string[] => tokens.map((token) => foldCase(unquote(token)))

function namesOf(connection: Connection, { name, content }: SearchIndex): string[] {
  const views = connection.all<{ sql: string }>(
    "SELECT sql FROM main.sqlite_schema WHERE type = 'view' AND lower(name) = lower(?)",
    content,
  )
  const tables = new Set(connection.all<{ name: string }>('SELECT name FROM main.sqlite_schema').map((row) => foldCase(row.name)))
  const read = views.flatMap(({ sql }) => names(tokenize(sql))).filter((word) => tables.has(word))
  return [foldCase(name), foldCase(content), ...read]
}

function faultOf(connection: Connection, { name, content }: SearchIndex): string[] {
  const index = identifier(name)
  try {
    connection.exec(`INSERT INTO main.${index} (${index}, rank) VALUES ('integrity-check', 1)`)
    return []
  } catch (error) {
    const code = errorCode(error) ?? ''
    if (code === 'SQLITE_ERROR') return [`the search index ${name} cannot read ${content}`]
    if (!code.startsWith('SQLITE_CORRUPT')) throw error
    return [`the search index ${name} does not match ${content}: fill it again with INSERT INTO ${index} (${index}) VALUES ('rebuild')`]
  }
}
