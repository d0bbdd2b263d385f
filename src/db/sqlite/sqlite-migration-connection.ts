/** The SQLite implementation of MigrationConnection. Separate from the session, so that the migrator does not load Kysely. */
import { DatabaseError } from '../../errors.ts'
import type { Migration, Statement } from '../../migrate/files.ts'
import type { AppliedMigration } from '../../migrate/history.ts'
import type { Backup, ForeignKeyFault, MigrationConnection, Script } from '../../migrate/migration-connection.ts'
import type { Loss, RunPlan } from '../../migrate/step.ts'
import type { Handle } from './addon.ts'
import { type Connection, connectionOf } from './connection.ts'
import { foreignKeyFaults, integrityFaults } from './faults.ts'
import { forget, readHistory, record } from './history-table.ts'
import { countLosses, rowsInDanger } from './losses.ts'
import { offendingRows } from './offending-rows.ts'
import { journalMode, linkFault, setPersistentPragmas } from './open.ts'
import { replayFaults } from './replay.ts'
import { explainStatement } from './result-codes.ts'
import { schemaFaults } from './schema-faults.ts'
import { renderScript } from './script.ts'
import { searchFaults } from './search-faults.ts'
import { textOf, tokenize } from './tokens.ts'
import { inTransaction, withoutForeignKeys } from './transaction.ts'

export class SqliteMigrationConnection implements MigrationConnection {
  readonly #handle: Handle
  readonly #connection: Connection
  readonly #name: string

  constructor(handle: Handle, name: string) {
    this.#handle = handle
    this.#connection = connectionOf(handle)
    this.#name = name
  }

  async history(): Promise<AppliedMigration[]> {
    return readHistory(this.#connection)
  }

  async record(migration: AppliedMigration): Promise<void> {
    return record(this.#handle, migration)
  }

  async forget(id: string): Promise<void> {
    return forget(this.#handle, id)
  }

  async isEmpty(): Promise<boolean> {
    return this.#connection.all(selectAnyTable).length === 0
  }

  async run(statement: string): Promise<void> {
    const wasInTransaction = this.#handle.inTransaction
    try {
      this.#handle.exec(statement)
    } catch (error) {
      throw explainStatement(error, this.#name, () => offendingRows(this.#connection, statement, error as Error))
    }
    if (this.#handle.inTransaction !== wasInTransaction)
      throw new DatabaseError(
        'this statement ended the transaction',
        'write ABORT in place of ROLLBACK in it, or in the trigger that it fires',
      )
  }

  async read<T>(work: () => Promise<T>): Promise<T> {
    return inTransaction(this.#handle, 'read', work)
  }

  async locked<T>(end: 'commit' | 'roll back', work: () => Promise<T>): Promise<T> {
    return withoutForeignKeys(this.#handle, () => inTransaction(this.#handle, end, work))
  }

  async rowsInDanger(statements: readonly Statement[]): Promise<Loss[]> {
    return rowsInDanger(this.#connection, statements)
  }

  async countLosses(): Promise<(statements: readonly Statement[]) => Promise<Loss[]>> {
    const count = countLosses(this.#connection)
    return async (statements) => count(statements)
  }

  async foreignKeyFaults(): Promise<ReadonlyMap<string, ForeignKeyFault>> {
    return foreignKeyFaults(this.#connection)
  }

  async integrityFaults(): Promise<readonly string[]> {
    return integrityFaults(this.#connection)
  }

  async settingFaults(): Promise<readonly string[]> {
    return [
      ...(journalMode(this.#handle) === 'delete' ? ['the journal mode is delete, not WAL: the next change sets it again'] : []),
      ...[linkFault(this.#name) ?? []].flat(),
    ]
  }

  async compileFaults(): Promise<readonly string[]> {
    return schemaFaults(this.#connection)
  }

  async searchFaults(statements?: readonly Statement[]): Promise<readonly string[]> {
    return searchFaults(this.#connection, statements)
  }

  async replayFaults(files: readonly Migration[]): Promise<readonly string[]> {
    return replayFaults(this.#connection, files)
  }

  async drift(files: readonly Migration[]): Promise<readonly string[]> {
    const { drift } = await import('./autogenerate/generate.ts')
    return drift(this.#connection, files)
  }

  async compareOrders(one: readonly Migration[], other: readonly Migration[]): Promise<readonly string[]> {
    const { compareOrders } = await import('./autogenerate/generate.ts')
    return compareOrders(one, other)
  }

  async schema(): Promise<readonly string[]> {
    return this.#connection.all<{ sql: string }>(selectStatements).map(({ sql }) => textOf(tokenize(sql), sql))
  }

  async script(plan: RunPlan, isNew: boolean): Promise<Script> {
    return renderScript(plan, isNew)
  }

  async backUp(): Promise<Backup> {
    const { backUpBeside } = await import('./backup.ts')
    return backUpBeside(this.#name, new Date())
  }

  async markAsOurs(): Promise<void> {
    return setPersistentPragmas(this.#handle)
  }

  async close(): Promise<void> {
    this.#handle.close()
  }
}

const selectAnyTable = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('schema_migrations', 'sqlite_sequence') LIMIT 1"

/** Without SQLite's internal tables and the shadow tables of virtual tables: the other statements create them. */
const selectStatements = `
  SELECT s.sql FROM sqlite_schema s LEFT JOIN pragma_table_list l ON l.name = s.tbl_name AND l.schema = 'main'
  WHERE s.sql IS NOT NULL AND s.name NOT GLOB 'sqlite_*' AND s.tbl_name <> 'schema_migrations' AND coalesce(l.type, '') <> 'shadow'
  ORDER BY s.rowid`
