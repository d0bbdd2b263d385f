/** The PostgreSQL implementation of MigrationConnection. */
import { MicroblogError, UsageError } from '../../errors.ts'
import { atLine, type Migration, type Statement } from '../../migrate/files.ts'
import type { AppliedMigration } from '../../migrate/history.ts'
import type { Backup, ForeignKeyFault, MigrationConnection, Script } from '../../migrate/migration-connection.ts'
import { renderSteps } from '../../migrate/script-steps.ts'
import type { Loss, RunPlan } from '../../migrate/step.ts'
import { compareElements, type Element, readElements, renderElements } from './catalog.ts'
import { explainStatement } from './error-words.ts'
import { countLosses, rowsInDanger } from './lost-rows.ts'
import { createHistory, readHistory, record } from './schema-migrations.ts'
import type { Connection } from './server-connection.ts'
import { literal, makeBackup } from './sql-words.ts'

/** The lock that a migrator holds until its transaction ends. */
const takeLock = `SELECT pg_advisory_xact_lock(${0x6d626c67})`

/** Opens an empty scratch schema. */
type OpenScratch = () => Promise<PostgresMigrationConnection>

export class PostgresMigrationConnection implements MigrationConnection {
  readonly #connection: Connection
  readonly #name: string
  readonly #openScratch: OpenScratch

  constructor(connection: Connection, name: string, openScratch: OpenScratch) {
    this.#connection = connection
    this.#name = name
    this.#openScratch = openScratch
  }

  history(): Promise<AppliedMigration[]> {
    return readHistory(this.#connection)
  }

  async record(migration: AppliedMigration): Promise<void> {
    await this.#connection.exec(createHistory)
    await record(this.#connection, migration)
  }

  async forget(id: string): Promise<void> {
    await this.#connection.all('DELETE FROM schema_migrations WHERE id = $1', id)
  }

  async isEmpty(): Promise<boolean> {
    return (await readElements(this.#connection)).length === 0
  }

  async run(statement: string): Promise<void> {
    try {
      await this.#connection.exec(statement)
    } catch (error) {
      throw explainStatement(error, this.#name)
    }
  }

  async read<T>(work: () => Promise<T>): Promise<T> {
    if (this.#connection.inTransaction) return work()
    await this.#connection.beginReading('SELECT')
    try {
      return await work()
    } finally {
      await this.#connection.end('ROLLBACK')
    }
  }

  locked<T>(end: 'commit' | 'roll back', work: () => Promise<T>): Promise<T> {
    return this.#connection.transaction(end, takeLock, work)
  }

  rowsInDanger(statements: readonly Statement[]): Promise<Loss[]> {
    return rowsInDanger(this.#connection, statements)
  }

  countLosses(): Promise<() => Promise<Loss[]>> {
    return countLosses(this.#connection)
  }

  /** The server keeps them. */
  async foreignKeyFaults(): Promise<ReadonlyMap<string, ForeignKeyFault>> {
    return new Map()
  }

  async integrityFaults(): Promise<readonly string[]> {
    const faults = await this.#connection.all<{ fault: string }>(selectFaults)
    return faults.map(({ fault }) => fault)
  }

  async settingFaults(): Promise<readonly string[]> {
    return []
  }

  /** The server compiles everything when it is created. */
  async compileFaults(): Promise<readonly string[]> {
    return []
  }

  /** The server keeps generated columns and their indexes. */
  async searchFaults(): Promise<readonly string[]> {
    return []
  }

  async replayFaults(files: readonly Migration[]): Promise<readonly string[]> {
    const faults: string[] = []
    for (const file of files) {
      const before = await readElements(this.#connection)
      await this.#runFile(file, 'upgrade')
      if (file.downgrade.length === 0) continue
      try {
        await this.#runFile(file, 'downgrade')
        for (const sentence of compareElements(before, await readElements(this.#connection)))
          faults.push(`after ${file.file} is undone, ${sentence}`)
        await this.#runFile(file, 'upgrade')
      } catch (error) {
        if (!(error instanceof MicroblogError)) throw error
        return [...faults, `${error.message}, when it is undone and applied again`]
      }
    }
    return faults
  }

  async drift(files: readonly Migration[]): Promise<readonly string[]> {
    return compareElements(await this.#elementsOf(files), await readElements(this.#connection))
  }

  async compareOrders(one: readonly Migration[], other: readonly Migration[]): Promise<readonly string[]> {
    return compareElements(await this.#elementsOf(one), await this.#elementsOf(other))
  }

  async schema(): Promise<readonly string[]> {
    return renderElements(await readElements(this.#connection))
  }

  async script(plan: RunPlan): Promise<Script> {
    const howToRun = `run this with  psql '${this.#name}'`
    const now = `to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    const statements = [
      'BEGIN',
      "SET LOCAL lock_timeout = '30s'",
      takeLock,
      createHistory,
      ...renderSteps(plan, { now, literal }),
      'COMMIT',
    ]
    return { sql: `-- ${howToRun}\n\\set ON_ERROR_STOP on\n${statements.join(';\n')};\n`, howToRun }
  }

  async backUp(): Promise<Backup> {
    throw new UsageError(
      'rows would be rebuilt, changed or dropped, and there is no backup',
      `${makeBackup(this.#name)}\nthen run it with --no-backup`,
    )
  }

  async markAsOurs(): Promise<void> {}

  async close(): Promise<void> {
    await this.#connection.close()
  }

  async #runFile(file: Migration, direction: 'upgrade' | 'downgrade'): Promise<void> {
    for (const statement of file[direction]) {
      try {
        await this.run(statement.sql)
      } catch (error) {
        throw error instanceof MicroblogError ? atLine(error, file, statement, 'the migrations do not run on an empty database') : error
      }
    }
  }

  /** The schema that the files make. */
  async #elementsOf(files: readonly Migration[]): Promise<Element[]> {
    const scratch = await this.#openScratch()
    try {
      for (const file of files) await scratch.#runFile(file, 'upgrade')
      return await readElements(scratch.#connection)
    } finally {
      await scratch.close()
    }
  }
}

const selectFaults = `
  SELECT 'the index ' || i.relname || ' is not valid: an attempt to create it failed' AS fault
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace
  WHERE n.nspname = current_schema() AND NOT x.indisvalid
  UNION ALL
  SELECT 'the constraint ' || o.conname || ' of ' || c.relname || ' is not validated: rows from before it may violate it'
  FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = current_schema() AND NOT o.convalidated
  ORDER BY 1`
