/** Which engine a database needs: the only place that knows that there are several. */
import { UsageError } from '../errors.ts'
import type { Engine } from './engine.ts'

const defaultDatabase = './microblog.db'

/** The names by which a database may be called, and where its migration files are. */
export interface EngineRequest {
  /** `--db` */
  readonly option: string | undefined
  /** MICROBLOG_DB */
  readonly environment: string | undefined
  /** The folder of migration files. */
  readonly migrations: string
}

/** The database that `--db` names, else MICROBLOG_DB, else `./microblog.db`. Opens nothing. @throws UsageError */
export async function openEngine({ option, environment, migrations }: EngineRequest): Promise<Engine> {
  const name = checkName(option ?? (environment || defaultDatabase))
  const { SqliteEngine } = await import('./sqlite/sqlite-engine.ts')
  return new SqliteEngine(name, migrations)
}

/** @throws UsageError, if the name is empty (SQLite takes that for a temporary file) or a URL. */
function checkName(name: string): string {
  if (name === '') throw new UsageError('--db is empty', 'name a file:  --db ./microblog.db')
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(name) ?? []
  if (scheme) throw new UsageError(`${scheme} databases are not supported yet`, 'name an SQLite file:  --db ./microblog.db')
  if (name.includes('\0')) throw new UsageError('a path cannot hold a NUL character')
  return name
}

/** What `db migrate` and `db check` work with. Migrations are generated for SQLite, whatever database is named. */
export const loadAutogenerate = () => import('./sqlite/autogenerate/generate.ts')
