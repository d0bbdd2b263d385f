/** Chooses the engine for a database. Only this module knows which engines exist. */
import { UsageError } from '../errors.ts'
import type { Migration } from '../migrate/files.ts'
import type { Engine } from './engine.ts'

const defaultDatabase = './microblog.db'

/** Where the name of the database may come from, and the folder of its migration files. */
interface EngineRequest {
  /** `--db` */
  readonly option: string | undefined
  /** MICROBLOG_DB */
  readonly environment: string | undefined
  /** The folder of migration files. */
  readonly migrations: string
}

/** Return the engine for the database named by `--db`, else MICROBLOG_DB, else `./microblog.db`. Opens nothing. @throws UsageError */
export async function openEngine({ option, environment, migrations }: EngineRequest): Promise<Engine> {
  const name = option ?? (environment || defaultDatabase)
  if (/^postgres(?:ql)?:\/\//.test(name)) {
    const { PostgresEngine } = await import('./postgres/postgres-engine.ts')
    return new PostgresEngine(name, migrations)
  }
  checkPath(name)
  const { SqliteEngine } = await import('./sqlite/sqlite-engine.ts')
  return new SqliteEngine(name, migrations)
}

/** @throws UsageError, if the name is empty (SQLite would open a temporary file), is a URL or contains NUL. */
function checkPath(name: string): void {
  if (name === '') throw new UsageError('--db is empty', 'name a file:  --db ./microblog.db')
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(name) ?? []
  if (scheme) throw new UsageError(`${scheme} databases are not supported`, 'name an SQLite file, or  postgres://user@host/name')
  if (name.includes('\0')) throw new UsageError('a path cannot hold a NUL character')
}

/** The versions of Node and of the engines, a line each. */
export async function runtimeVersions(): Promise<string[]> {
  const { sqliteVersion } = await import('./sqlite/addon.ts')
  return [`Node ${process.versions.node}`, sqliteVersion()]
}

/** The migration files that are numbered and generated from: SQLite's, whatever database is named. */
export async function readGeneratedMigrations(migrations: string): Promise<readonly Migration[]> {
  const { SqliteEngine } = await import('./sqlite/sqlite-engine.ts')
  return new SqliteEngine(defaultDatabase, migrations).migrations()
}

/** The module behind `db migrate`. Whatever database is named, it generates SQLite migrations. */
export const loadAutogenerate = () => import('./sqlite/autogenerate/generate.ts')
