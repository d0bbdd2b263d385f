/** The PostgreSQL implementation of Engine. */
import { join } from 'node:path'
import { MissingDatabaseError, UsageError, WrongDatabaseError } from '../../errors.ts'
import type { Migration } from '../../migrate/files.ts'
import type { AppliedMigration } from '../../migrate/history.ts'
import type { MigrationConnection } from '../../migrate/migration-connection.ts'
import type { CheckHistory, Engine, MigrationAccess, Session } from '../engine.ts'
import { type Address, parseAddress } from './address.ts'
import { explain } from './error-words.ts'
import type { PostgresMigrationConnection } from './postgres-migration-connection.ts'
import { selectHistory } from './schema-migrations.ts'
import { Connection, sqlState } from './server-connection.ts'
import { makeBackup, quotedIdentifier } from './sql-words.ts'

/** Databases that every server has, to connect to where the named one does not exist. */
const maintenanceDatabase = 'postgres'

/** How often to try to create a database, a tenth of a second apart. */
const maxAttempts = 100

export class PostgresEngine implements Engine {
  readonly name: string
  readonly path: string
  readonly files = []
  readonly migrationFolder: string
  readonly #address: Address

  /** @throws UsageError, if the URL is not valid */
  constructor(url: string, migrations: string) {
    this.#address = parseAddress(url)
    this.name = this.#address.name
    this.path = this.name
    this.migrationFolder = join(migrations, 'postgres')
    // The command line may hold a password, and other users can list it.
    if (url !== this.name) process.title = 'microblog'
  }

  async exists(): Promise<boolean> {
    try {
      return await this.#use(async (connection) => (await connection.all(selectTables)).length > 0)
    } catch (error) {
      if (sqlState(error) === '3D000') return false
      throw error
    }
  }

  async open(access: 'read' | 'write', check: CheckHistory = () => {}): Promise<Session> {
    const { PostgresSession } = await import('./postgres-session.ts')
    const connection = await Connection.open(this.#address)
    try {
      check(await this.#readHistory(connection, access))
      return new PostgresSession(connection, check)
    } catch (error) {
      await connection.close().catch(() => {})
      throw error
    }
  }

  /** Begins the snapshot of a reader. */
  async #readHistory(connection: Connection, access: 'read' | 'write'): Promise<AppliedMigration[]> {
    try {
      return await (access === 'read' ? connection.beginReading(selectHistory) : connection.exec(selectHistory))
    } catch (error) {
      if (sqlState(error) !== '42P01') throw error
      if (access === 'read') await connection.end('ROLLBACK')
      const tables = await connection.all(selectTables)
      throw tables.length === 0
        ? new MissingDatabaseError(this.name, true)
        : new WrongDatabaseError(`${this.name}: this is not a microblog database`)
    }
  }

  async connect(access: MigrationAccess): Promise<MigrationConnection> {
    const { PostgresMigrationConnection } = await import('./postgres-migration-connection.ts')
    const connection = await Connection.open(this.#address).catch((error) => {
      if (access !== 'create' || sqlState(error) !== '3D000') throw error
      return this.#create()
    })
    return new PostgresMigrationConnection(connection, this.name, () => this.scratch())
  }

  /** Create the database, unless another process does so meanwhile, and connect to it. */
  async #create(): Promise<Connection> {
    const create = `CREATE DATABASE ${quotedIdentifier(String(this.#address.config.database))} TEMPLATE template0 ENCODING 'UTF8'`
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#use((connection) => connection.exec(create), maintenanceDatabase)
        return await Connection.open(this.#address)
      } catch (error) {
        // Another process has created it.
        if (sqlState(error) === '42P04') return Connection.open(this.#address)
        // Another process is creating it, or another database from the same template.
        if (attempt === maxAttempts || !['23505', '55006'].includes(sqlState(error) ?? '')) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }

  /** A schema that is rolled back; in the maintenance database, if there is no database yet. */
  async scratch(): Promise<PostgresMigrationConnection> {
    const { PostgresMigrationConnection } = await import('./postgres-migration-connection.ts')
    const { randomUUID } = await import('node:crypto')
    const connection = await Connection.open(this.#address).catch((error) => {
      if (sqlState(error) !== '3D000') throw error
      return Connection.open(this.#at(maintenanceDatabase))
    })
    const name = `microblog_scratch_${randomUUID().replaceAll('-', '')}`
    await connection.beginWriting(`CREATE SCHEMA ${name}; SET LOCAL search_path TO ${name}`).catch(async (error) => {
      await connection.close()
      throw error
    })
    return new PostgresMigrationConnection(connection, this.name, () => this.scratch())
  }

  explain(error: unknown): unknown {
    return explain(error, this.name)
  }

  async migrations(applied?: readonly AppliedMigration[]): Promise<readonly Migration[]> {
    const { readMigrations } = await import('../../migrate/files.ts')
    const { statementReader } = await import('./migration-statements.ts')
    return readMigrations(this.migrationFolder, statementReader, applied)
  }

  /** What is declared is SQLite's schema, and a test holds that both folders of migrations make the same one. */
  async findMissing(): Promise<readonly string[]> {
    return []
  }

  async backUp(): Promise<void> {
    throw new UsageError('the backups of PostgreSQL are made by its own program', makeBackup(this.name))
  }

  async #use<T>(work: (connection: Connection) => Promise<T>, database?: string): Promise<T> {
    const connection = await Connection.open(database === undefined ? this.#address : this.#at(database))
    try {
      return await work(connection)
    } finally {
      await connection.close().catch(() => {})
    }
  }

  readonly #at = (database: string): Address => ({ ...this.#address, config: { ...this.#address.config, database } })
}

const selectTables = `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm') LIMIT 1`
