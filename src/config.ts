/** Which database: `--db`, else MICROBLOG_DB, else `./microblog.db`. One rule, no configuration file. */
import { UsageError } from './errors.ts'

const defaultDatabase = './microblog.db'

/** The path as the user gave it, for messages. @throws UsageError, if it is empty (SQLite takes that for a temporary file) or a URL. */
export function databasePath(option: string | undefined, environment: string | undefined): string {
  if (option === '') throw new UsageError('--db is empty', 'name a file:  --db ./microblog.db')
  const path = option ?? (environment || defaultDatabase)
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(path) ?? []
  if (scheme) throw new UsageError(`${scheme} databases are not supported yet`, 'name an SQLite file:  --db ./microblog.db')
  if (path.includes('\0')) throw new UsageError('a path cannot hold a NUL character')
  return path
}

/** The command that makes the database named by `option`, or brings it up to date, as it is typed in a shell. */
export function upgradeCall(option: string | undefined): string {
  if (option === undefined) return 'microblog db upgrade'
  const word = /^[\w./-]+$/.test(option) ? option : `'${option.replaceAll("'", "'\\''")}'`
  return `microblog --db ${word} db upgrade`
}
