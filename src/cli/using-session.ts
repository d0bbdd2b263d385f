/** Opens the database for a command and closes it. */
import type { Context } from '../context.ts'
import type { Engine, Session } from '../db/engine.ts'
import { capitalized, DatabaseError, MissingDatabaseError } from '../errors.ts'
import type { MigrationName } from '../migrate/folder.ts'
import { using, withHints } from './using.ts'

/**
 * Run `work` on an open database at the newest migration. The database is always closed. With access `read` it cannot be written to.
 * If the database is behind, or is missing and is to be written, offers to upgrade it on a terminal.
 * @throws DatabaseError, if it is missing or behind and was not upgraded, or is ahead
 */
export async function usingSession<T>(context: Context, access: 'read' | 'write', work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openOrUpgrade(context, access)
  return withHints(context, () => using(session, work))
}

async function openOrUpgrade(context: Context, access: 'read' | 'write'): Promise<Session> {
  const open = () => withHints(context, () => openCurrent(context, access))
  try {
    return await open()
  } catch (error) {
    const isOffered = error instanceof BehindError || (error instanceof MissingDatabaseError && access === 'write')
    if (!isOffered) throw error
    await offerUpgrade(context, error)
    return open()
  }
}

async function openCurrent(context: Context, access: 'read' | 'write'): Promise<Session> {
  const engine = await context.engine()
  const { listMigrations } = await import('../migrate/folder.ts')
  const { checkMissing, compareHistory } = await import('../migrate/history.ts')
  const files = listMigrations(engine.migrationFolder)
  return engine.open(access, (applied) => {
    const comparison = compareHistory(files, applied)
    checkMissing(files, applied, comparison)
    const newest = comparison.pending.at(-1)
    if (newest) throw behind(context, engine, applied.at(-1)?.id ?? '(empty)', newest)
  })
}

/** The database has pending migrations. */
class BehindError extends DatabaseError {}

function behind(context: Context, engine: Engine, at: string, newest: MigrationName): BehindError {
  const lack =
    at === '(empty)' || newest.id > at ? `it is at ${at}, this program needs ${newest.id}` : `it lacks ${newest.id} ${newest.name}`
  return new BehindError(`the database ${engine.name} is behind: ${lack}`, `bring it up to date:  ${context.commandLine('db upgrade')}`)
}

async function offerUpgrade(context: Context, fault: DatabaseError): Promise<void> {
  if (!context.terminal) throw fault
  const { confirm } = await import('../output/prompt.ts')
  const question = capitalized(fault.message)
  if (!(await confirm(context.terminal, `${question}. Run db upgrade now?`, true))) throw fault
  const { upgradeDatabase } = await import('./migrator.ts')
  await upgradeDatabase(context, 'head', { backup: true })
}
