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
import { explain, explainStatement } from './result-codes.ts'
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

  history(): Promise<AppliedMigration[]> {
    return this.#explained(() => readHistory(this.#connection))
  }

  record(migration: AppliedMigration): Promise<void> {
    return this.#explained(() => record(this.#handle, migration))
  }

  forget(id: string): Promise<void> {
    return this.#explained(() => forget(this.#handle, id))
  }

  isEmpty(): Promise<boolean> {
    return this.#explained(() => this.#connection.all(selectAnyTable).length === 0)
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

  read<T>(work: () => Promise<T>): Promise<T> {
    return this.#explained(() => inTransaction(this.#handle, 'read', work))
  }

  locked<T>(end: 'commit' | 'roll back', work: () => Promise<T>): Promise<T> {
    return this.#explained(() => withoutForeignKeys(this.#handle, () => inTransaction(this.#handle, end, work)))
  }

  rowsInDanger(statements: readonly Statement[]): Promise<Loss[]> {
    return this.#explained(() => rowsInDanger(this.#connection, statements))
  }

  async countLosses(): Promise<(statements: readonly Statement[]) => Promise<Loss[]>> {
    const count = await this.#explained(() => countLosses(this.#connection))
    return (statements) => this.#explained(() => count(statements))
  }

  foreignKeyFaults(): Promise<ReadonlyMap<string, ForeignKeyFault>> {
    return this.#explained(() => foreignKeyFaults(this.#connection))
  }

  integrityFaults(): Promise<readonly string[]> {
    return this.#explained(() => integrityFaults(this.#connection))
  }

  settingFaults(): Promise<readonly string[]> {
    return this.#explained(() => [
      ...(journalMode(this.#handle) === 'delete' ? ['the journal mode is delete, not WAL: the next change sets it again'] : []),
      ...[linkFault(this.#name) ?? []].flat(),
    ])
  }

  compileFaults(): Promise<readonly string[]> {
    return this.#explained(() => schemaFaults(this.#connection))
  }

  searchFaults(statements?: readonly Statement[]): Promise<readonly string[]> {
    return this.#explained(() => searchFaults(this.#connection, statements))
  }

  replayFaults(files: readonly Migration[]): Promise<readonly string[]> {
    return this.#explained(() => replayFaults(this.#connection, files))
  }

  async drift(files: readonly Migration[]): Promise<readonly string[]> {
    const { drift } = await import('./autogenerate/generate.ts')
    return this.#explained(() => drift(this.#connection, files))
  }

  async compareOrders(one: readonly Migration[], other: readonly Migration[]): Promise<readonly string[]> {
    const { compareOrders } = await import('./autogenerate/generate.ts')
    return compareOrders(one, other)
  }

  schema(): Promise<readonly string[]> {
    return this.#explained(() => this.#connection.all<{ sql: string }>(selectStatements).map(({ sql }) => textOf(tokenize(sql), sql)))
  }

  async script(plan: RunPlan, isNew: boolean): Promise<Script> {
    return renderScript(plan, isNew)
  }

  async backUp(): Promise<Backup> {
    const { backUpBeside } = await import('./backup.ts')
    return backUpBeside(this.#name, new Date())
  }

  markAsOurs(): Promise<void> {
    return this.#explained(() => setPersistentPragmas(this.#handle))
  }

  async close(): Promise<void> {
    this.#handle.close()
  }

  async #explained<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw explain(error, this.#name)
    }
  }
}

const selectAnyTable = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('schema_migrations', 'sqlite_sequence') LIMIT 1"

/** Without SQLite's internal tables and the shadow tables of virtual tables: the other statements create them. */
const selectStatements = `
  SELECT s.sql FROM sqlite_schema s LEFT JOIN pragma_table_list l ON l.name = s.tbl_name AND l.schema = 'main'
  WHERE s.sql IS NOT NULL AND s.name NOT GLOB 'sqlite_*' AND s.tbl_name <> 'schema_migrations' AND coalesce(l.type, '') <> 'shadow'
  ORDER BY s.rowid`
