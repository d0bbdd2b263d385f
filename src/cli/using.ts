/** Closing what was opened, and hints about the database that was named. */
import type { Context } from '../context.ts'
import { MissingDatabaseError, UnmarkedDatabaseError, WrongDatabaseError } from '../errors.ts'

/** Run `work` and close the resource. If both fail, the error of `work` is thrown. */
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

/** Add a hint to errors about a missing or wrong database: engines do not know the command line. */
export async function withHints<T>(context: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MissingDatabaseError && error.hint === undefined) {
      const { name } = await context.engine()
      throw new MissingDatabaseError(
        name,
        error.isEmpty,
        `${error.isEmpty ? 'create the database in it' : 'create it'}:  ${context.commandLine('db upgrade')}`,
      )
    }
    if (error instanceof UnmarkedDatabaseError)
      throw new UnmarkedDatabaseError(error.message, `check its schema and mark it:  ${context.commandLine('db stamp head')}`)
    if (error instanceof WrongDatabaseError)
      throw new WrongDatabaseError(error.message, 'choose another database with --db or MICROBLOG_DB')
    throw error
  }
}
