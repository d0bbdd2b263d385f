/** The SQLite implementation of Engine. */
import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Migration } from '../../migrate/files.ts'
import type { AppliedMigration } from '../../migrate/history.ts'
import type { MigrationConnection } from '../../migrate/migration-connection.ts'
import type { CheckHistory, Engine, MigrationAccess, Session } from '../engine.ts'
import { createDatabase, isDatabase, openDatabase, openMemory } from './open.ts'
import { explain } from './result-codes.ts'

export class SqliteEngine implements Engine {
  readonly name: string
  readonly path: string
  readonly migrationFolder: string

  constructor(name: string, migrations: string) {
    this.name = name
    // An absolute path cannot be one of SQLite's special names, such as `:memory:`.
    this.path = resolve(name)
    this.migrationFolder = migrations
  }

  get files(): readonly string[] {
    const file = existsSync(this.path) ? realpathSync(this.path) : this.path
    return ['', '-wal', '-shm'].map((ending) => file + ending)
  }

  async exists(): Promise<boolean> {
    return isDatabase(this.path)
  }

  async open(access: 'read' | 'write', check?: CheckHistory): Promise<Session> {
    const { SqliteSession } = await import('./session.ts')
    const handle = openDatabase(this.path, access)
    try {
      if (access === 'read') handle.exec('BEGIN')
      const session = new SqliteSession(handle, check)
      session.checkHistory()
      return session
    } catch (error) {
      handle.close()
      throw error
    }
  }

  async connect(access: MigrationAccess): Promise<MigrationConnection> {
    const { SqliteMigrationConnection } = await import('./sqlite-migration-connection.ts')
    const handle = access === 'create' ? createDatabase(this.path) : openDatabase(this.path, access)
    return new SqliteMigrationConnection(handle, this.name)
  }

  async scratch(): Promise<MigrationConnection> {
    const { SqliteMigrationConnection } = await import('./sqlite-migration-connection.ts')
    return new SqliteMigrationConnection(openMemory(), this.name)
  }

  async migrations(applied?: readonly AppliedMigration[]): Promise<readonly Migration[]> {
    const { readMigrations } = await import('../../migrate/files.ts')
    const { statementReader } = await import('./statements.ts')
    return readMigrations(this.migrationFolder, statementReader, applied)
  }

  async findMissing(files: readonly Migration[]): Promise<readonly string[]> {
    const { findMissing } = await import('./autogenerate/generate.ts')
    return findMissing(files)
  }

  async backUp(file: string): Promise<void> {
    const { backUp } = await import('./backup.ts')
    openDatabase(this.path, 'read').close()
    backUp(this.path, resolve(file))
  }

  explain(error: unknown): unknown {
    return explain(error, this.name)
  }
}
