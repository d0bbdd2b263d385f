/** Opening the database for the migrator, and closing it again. */
import type { Context } from '../context.ts'
import { MissingDatabaseError, WrongDatabaseError } from '../errors.ts'
import type { MigrationConnection } from '../migrate/migration-connection.ts'

type MigrationAccess = 'read' | 'write' | 'create' | 'any'

/** Run `work` on a connection for the migrator, which is closed afterwards, whatever happens. */
export const usingMigrations = <T>(
  context: Context,
  access: MigrationAccess,
  work: (connection: MigrationConnection) => Promise<T>,
): Promise<T> =>
  withHints(context, async () => {
    const engine = await context.engine()
    return using(await engine.connect(access), work)
  })

/** An error of `work` is thrown before one of closing. */
export async function using<Resource extends { close(): Promise<void> }, T>(
  resource: Resource,
  work: (resource: Resource) => Promise<T>,
): Promise<T> {
  try {
    const result = await work(resource)
    await resource.close()
    return result
  } catch (error) {
    await resource.close().catch(() => {})
    throw error
  }
}

/** Engines do not know the command line: this adds what to type if the database that was named is missing or another program's. */
export async function withHints<T>(context: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MissingDatabaseError && error.hint === undefined) {
      const { name } = await context.engine()
      throw new MissingDatabaseError(
        name,
        error.isEmpty,
        `${error.isEmpty ? 'create the database in it' : 'create it'}:  ${context.upgradeCommandLine}`,
      )
    }
    if (error instanceof WrongDatabaseError)
      throw new WrongDatabaseError(error.message, 'choose another database with --db or MICROBLOG_DB')
    throw error
  }
}
