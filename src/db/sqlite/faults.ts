/** Finds faults in a database with SQLite's integrity_check and foreign_key_check. */
import { errorCode, errorMessage } from '../../errors.ts'
import { foldCase } from '../../fold-case.ts'
import type { ForeignKeyFault } from '../../migrate/migration-connection.ts'
import type { Connection } from './connection.ts'
import { identifier } from './sql-text.ts'

/** Up to 100 faults; none if the file is sound (https://sqlite.org/pragma.html#pragma_integrity_check). */
export function integrityFaults(connection: Connection): string[] {
  try {
    const rows = connection.all<{ integrity_check: string }>('PRAGMA integrity_check').map((row) => row.integrity_check)
    return rows.filter((fault) => fault !== 'ok')
  } catch (error) {
    // An index or CHECK calls a function that SQLite does not have.
    if (errorCode(error) === 'SQLITE_ERROR') return [`the integrity check does not run: ${errorMessage(error)}`]
    throw error
  }
}

/**
 * Describe the foreign keys that do not fit their parent table and the rows whose parent row is missing, and count each description.
 * Rows of a WITHOUT ROWID table have no rowid, so they share one description.
 */
export function foreignKeyFaults(connection: Connection): Map<string, ForeignKeyFault> {
  const keys = foreignKeys(connection)
  const tables = new Set(connection.all<{ name: string }>(selectTables).map(({ name }) => foldCase(name)))
  const misfits = keys.flatMap((key) => describeMisfit(connection, tables, key))
  const violations = [...new Set(keys.map(({ child }) => child))].flatMap((child) =>
    findViolations(
      connection,
      child,
      keys.filter((key) => key.child === child),
      misfits,
    ),
  )
  const faults = new Map<string, ForeignKeyFault>()
  for (const { sentence, query } of [...misfits, ...violations])
    faults.set(sentence, { count: (faults.get(sentence)?.count ?? 0) + 1, query })
  return faults
}

interface ForeignKey {
  readonly id: number
  readonly child: string
  readonly parent: string
  readonly columns: readonly string[]
  /** Empty if the key refers to the PRIMARY KEY without naming its columns. */
  readonly references: readonly string[]
}

const selectForeignKeys = `
  SELECT k.id, t.name AS child, k."table" AS parent, json_group_array(k."from" ORDER BY k.seq) AS columns,
    json_group_array(k."to" ORDER BY k.seq) FILTER (WHERE k."to" IS NOT NULL) AS "references"
  FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name, 'main') k
  WHERE t.schema = 'main' AND t.type = 'table' GROUP BY t.name, k.id`

const foreignKeys = (connection: Connection): ForeignKey[] =>
  connection
    .all<{ id: number; child: string; parent: string; columns: string; references: string }>(selectForeignKeys)
    .map((row) => ({ ...row, columns: JSON.parse(row.columns), references: JSON.parse(row.references) }))

const selectTables = "SELECT name FROM main.sqlite_schema WHERE type = 'table'"

interface Violation {
  readonly sentence: string
  readonly query: string | undefined
}

interface Misfit extends Violation {
  readonly child: string
}

/** If a foreign key does not fit, SQLite refuses every change of its table (https://sqlite.org/foreignkeys.html#fk_indexes). */
function describeMisfit(connection: Connection, tables: ReadonlySet<string>, { child, parent, columns, references }: ForeignKey): Misfit[] {
  const misfit = (sentence: string): Misfit[] => [{ child, sentence, query: undefined }]
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
function findViolations(connection: Connection, child: string, keys: readonly ForeignKey[], misfits: readonly Misfit[]): Violation[] {
  const queries = new Map(keys.map((key) => [key.id, orphansOf(connection, key)]))
  try {
    return connection
      .all<{ rowid: number | null; parent: string; fkid: number }>(`PRAGMA main.foreign_key_check(${identifier(child)})`)
      .map(({ rowid, parent, fkid }) => ({
        sentence: `${child}${rowid === null ? '' : ` (row ${rowid})`} refers to a row that is not in ${parent}`,
        query: queries.get(fkid),
      }))
  } catch (error) {
    const message = errorMessage(error)
    if (!message.startsWith('foreign key mismatch')) throw error
    const isKnown = misfits.some((misfit) => misfit.child === child)
    return isKnown ? [] : [{ sentence: `${child} has a key that does not fit its parent: ${message}`, query: undefined }]
  }
}

/** The query that finds the rows of a child that refer to nothing. A key with a NULL refers to nothing rightly. */
function orphansOf(connection: Connection, { child, parent, columns, references }: ForeignKey): string {
  const named = references.length > 0 ? references : (candidateKeys(connection, parent)[0] ?? [])
  const own = columns.map((column) => `c.${identifier(column)}`)
  const equal = own.map((column, i) => `p.${identifier(named[i] ?? '')} = ${column}`)
  const filled = own.map((column) => `${column} IS NOT NULL`)
  const [from, to] = [identifier(child), identifier(parent)]
  return `SELECT * FROM ${from} c WHERE ${filled.join(' AND ')} AND NOT EXISTS (SELECT 1 FROM ${to} p WHERE ${equal.join(' AND ')})`
}
