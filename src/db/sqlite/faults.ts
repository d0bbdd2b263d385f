/** Finds faults in a database with SQLite's integrity_check and foreign_key_check. */
import { errorCode } from '../../errors.ts'
import { foldCase } from '../../fold-case.ts'
import type { Connection } from './connection.ts'
import { identifier } from './sql-text.ts'

/** Up to 100 faults; none if the file is sound (https://sqlite.org/pragma.html#pragma_integrity_check). */
export function integrityFaults(connection: Connection): string[] {
  try {
    const rows = connection.all<{ integrity_check: string }>('PRAGMA integrity_check').map((row) => row.integrity_check)
    return rows.filter((fault) => fault !== 'ok')
  } catch (error) {
    // An index or CHECK calls a function that SQLite does not have.
    if (errorCode(error) === 'SQLITE_ERROR') return [`the integrity check does not run: ${(error as Error).message}`]
    throw error
  }
}

/**
 * Describe the foreign keys that do not fit their parent table and the rows whose parent row is missing, and count each description.
 * Rows of a WITHOUT ROWID table have no rowid, so they share one description.
 */
export function foreignKeyFaults(connection: Connection): Map<string, number> {
  const keys = foreignKeys(connection)
  const tables = new Set(connection.all<{ name: string }>(selectTables).map(({ name }) => foldCase(name)))
  const misfits = keys.flatMap((key) => describeMisfit(connection, tables, key))
  const violations = [...new Set(keys.map(({ child }) => child))].flatMap((child) => describeViolations(connection, child, misfits))
  const counts = new Map<string, number>()
  for (const description of [...misfits.map(({ sentence }) => sentence), ...violations])
    counts.set(description, (counts.get(description) ?? 0) + 1)
  return counts
}

interface ForeignKey {
  readonly child: string
  readonly parent: string
  readonly columns: readonly string[]
  /** Empty if the key refers to the PRIMARY KEY without naming its columns. */
  readonly references: readonly string[]
}

const selectForeignKeys = `
  SELECT t.name AS child, k."table" AS parent, json_group_array(k."from" ORDER BY k.seq) AS columns,
    json_group_array(k."to" ORDER BY k.seq) FILTER (WHERE k."to" IS NOT NULL) AS "references"
  FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name, 'main') k
  WHERE t.schema = 'main' AND t.type = 'table' GROUP BY t.name, k.id`

const foreignKeys = (connection: Connection): ForeignKey[] =>
  connection
    .all<{ child: string; parent: string; columns: string; references: string }>(selectForeignKeys)
    .map((row) => ({ ...row, columns: JSON.parse(row.columns), references: JSON.parse(row.references) }))

const selectTables = "SELECT name FROM main.sqlite_schema WHERE type = 'table'"

interface Misfit {
  readonly child: string
  readonly sentence: string
}

/** If a foreign key does not fit, SQLite refuses every change of its table (https://sqlite.org/foreignkeys.html#fk_indexes). */
function describeMisfit(connection: Connection, tables: ReadonlySet<string>, { child, parent, columns, references }: ForeignKey): Misfit[] {
  const misfit = (sentence: string): Misfit[] => [{ child, sentence }]
  if (!tables.has(foldCase(parent))) return misfit(`${child} refers to a missing table, ${parent}`)
  const [primaryKey = [], ...uniques] = candidateKeys(connection, parent)
  const from = `${child} (${columns.join(', ')}) refers to ${parent}`
  if (references.length === 0) {
    if (primaryKey.length === columns.length) return []
    return misfit(`${from}: its PRIMARY KEY has ${primaryKey.length} columns, not ${columns.length}`)
  }
  if ([primaryKey, ...uniques].some((key) => isSameSet(key, references))) return []
  return misfit(`${from} (${references.join(', ')}): these columns of ${parent} must be its PRIMARY KEY or UNIQUE`)
}

/** The columns of the PRIMARY KEY, possibly none, then those of each UNIQUE. An expression is null. */
const candidateKeys = (connection: Connection, table: string): (string | null)[][] =>
  connection.all<{ columns: string }>(selectCandidateKeys, table, table).map(({ columns }) => JSON.parse(columns))

const selectCandidateKeys = `
  SELECT json_group_array(name ORDER BY pk) AS columns FROM pragma_table_info(?, 'main') WHERE pk > 0
  UNION ALL
  SELECT json_group_array(c.name) FROM pragma_index_list(?, 'main') i JOIN pragma_index_xinfo(i.name, 'main') c
  WHERE i."unique" AND NOT i.partial AND c.key GROUP BY i.name`

const isSameSet = (key: readonly (string | null)[], columns: readonly string[]): boolean =>
  JSON.stringify(key.map((name) => name && foldCase(name)).sort()) === JSON.stringify(columns.map(foldCase).sort())

/** Checks one table: the PRAGMA fails at a key that does not fit, which would hide the violations of other tables. */
function describeViolations(connection: Connection, child: string, misfits: readonly Misfit[]): string[] {
  try {
    return connection
      .all<{ rowid: number | null; parent: string }>(`PRAGMA main.foreign_key_check(${identifier(child)})`)
      .map(({ rowid, parent }) => `${child}${rowid === null ? '' : ` (row ${rowid})`} refers to a row that is not in ${parent}`)
  } catch (error) {
    const { message } = error as Error
    if (!message.startsWith('foreign key mismatch')) throw error
    return misfits.some((misfit) => misfit.child === child) ? [] : [`${child} has a key that does not fit its parent: ${message}`]
  }
}
