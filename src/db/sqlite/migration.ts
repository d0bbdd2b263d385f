/** The migrator's connection. It is separate from the session because it does not load Kysely. */
import { DatabaseError } from '../../errors.ts'
import type { AppliedMigration } from '../../migrate/history.ts'
import type { MigrationConnection } from '../../migrate/migration-connection.ts'
import type { Handle } from './addon.ts'
import { type Connection, connectionOf } from './connection.ts'
import { foreignKeyFaults, integrityFaults } from './faults.ts'
import { countLosses, rowsInDanger } from './losses.ts'
import { setPersistentPragmas } from './open.ts'
import { explain, explainStatement } from './result-codes.ts'
import { createHistory, renderScript } from './script.ts'
import { inTransaction, withoutForeignKeys } from './transaction.ts'

export function migrationConnection(handle: Handle, name: string): MigrationConnection {
  const connection = connectionOf(handle)
  /** Run `work` and convert its errors with `explain`. */
  const explained = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explain(error, name)
    }
  }
  return {
    history: () => explained(() => readHistory(connection)),
    record: (migration) => explained(() => record(handle, migration)),
    forget: (id) => explained(() => void handle.prepare('DELETE FROM schema_migrations WHERE id = ?').run(id)),
    isEmpty: () => explained(() => connection.all(selectAnyTable).length === 0),
    run: async (statement) => runStatement(handle, name, statement),
    read: (work) => explained(() => inTransaction(handle, 'read', work)),
    locked: (end, work) => explained(() => withoutForeignKeys(handle, () => inTransaction(handle, end, work))),
    rowsInDanger: (statements) => explained(() => rowsInDanger(connection, statements)),
    countLosses: async () => {
      const count = await explained(() => countLosses(connection))
      return (statements) => explained(() => count(statements))
    },
    foreignKeyFaults: () => explained(() => foreignKeyFaults(connection)),
    integrityFaults: () => explained(() => integrityFaults(connection)),
    async drift(files) {
      const { drift } = await import('./autogenerate/generate.ts')
      return explained(() => drift(connection, files))
    },
    schema: () => explained(() => connection.all<{ sql: string }>(selectStatements).map(({ sql }) => sql)),
    script: renderScript,
    async backUp() {
      const { backUpBeside } = await import('./backup.ts')
      return backUpBeside(name, new Date())
    },
    setApplicationId: () => explained(() => setPersistentPragmas(handle)),
    close: async () => connection.close(),
  }
}

function readHistory(connection: Connection): AppliedMigration[] {
  const [table] = connection.all("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'")
  return table ? connection.all<AppliedMigration>('SELECT * FROM schema_migrations ORDER BY id') : []
}

function record(handle: Handle, migration: AppliedMigration): void {
  handle.exec(createHistory)
  handle.prepare('INSERT INTO schema_migrations VALUES ($id, $name, $checksum, $applied_at, $duration_ms)').run(migration)
}

const selectAnyTable = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('schema_migrations', 'sqlite_sequence') LIMIT 1"

/** Without SQLite's internal tables and the shadow tables of virtual tables: the other statements create them. */
const selectStatements = `
  SELECT s.sql FROM sqlite_schema s LEFT JOIN pragma_table_list l ON l.name = s.tbl_name AND l.schema = 'main'
  WHERE s.sql IS NOT NULL AND s.name NOT GLOB 'sqlite_*' AND s.tbl_name <> 'schema_migrations' AND coalesce(l.type, '') <> 'shadow'
  ORDER BY s.rowid`

function runStatement(handle: Handle, name: string, statement: string): void {
  const wasInTransaction = handle.inTransaction
  try {
    handle.exec(statement)
  } catch (error) {
    throw explainStatement(error, name)
  }
  if (handle.inTransaction !== wasInTransaction) throw new DatabaseError('this statement ended the transaction')
}
