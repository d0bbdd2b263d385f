/** Closes what was opened, and adds hints to errors about the database. */
import type { Context } from '../context.ts'
import { MissingDatabaseError, tildeHint, UnmarkedDatabaseError, WrongDatabaseError } from '../errors.ts'
import { DuplicateNumberError, moveLine } from '../migrate/folder.ts'

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

/** Put errors of the engine into words, and add a hint to those about a missing or wrong database: engines do not know the command line. */
export async function withHints<T>(context: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const error = (await context.engine()).explain(thrown)
    if (error instanceof MissingDatabaseError && error.hint === undefined) throw await withCreation(context, error)
    if (error instanceof UnmarkedDatabaseError)
      throw new UnmarkedDatabaseError(error.message, `check its schema and mark it:  ${context.commandLine('db stamp head')}`)
    if (error instanceof DuplicateNumberError && error.hint === undefined) throw await withRenaming(context, error)
    if (error instanceof WrongDatabaseError)
      throw new WrongDatabaseError(error.message, 'choose another database with --db or MICROBLOG_DB')
    throw error
  }
}

async function withCreation(context: Context, { isEmpty }: MissingDatabaseError): Promise<MissingDatabaseError> {
  const { name } = await context.engine()
  const create = `${isEmpty ? 'create the database in it' : 'create it'}:  ${context.commandLine('db upgrade')}`
  const hint = context.isDatabaseNamed ? create : `${create}\nor name one for all folders:  export MICROBLOG_DB="$HOME/microblog.db"`
  return new MissingDatabaseError(name, isEmpty, (isEmpty ? undefined : tildeHint(name)) ?? hint)
}

/** Add a hint that renames the file that is not applied in this database. */
async function withRenaming(context: Context, { files, freeId }: DuplicateNumberError): Promise<DuplicateNumberError> {
  const applied = await namesApplied(context)
  const { migrationFolder } = await context.engine()
  const other = files.find(({ name }) => !applied.includes(name)) ?? files[1]
  const kept = files.find((file) => file !== other && applied.includes(file.name))
  const which = kept ? `${kept.file} is applied here; give the other one the next number` : 'give one of them the next number'
  return new DuplicateNumberError(files, freeId, `${which}:  ${moveLine(migrationFolder, other.file, `${freeId}_${other.name}.sql`)}`)
}

/** Empty if the database cannot be read, because the error to report is about the files. */
async function namesApplied(context: Context): Promise<readonly string[]> {
  try {
    const engine = await context.engine()
    const rows = await using(await engine.connect('read'), (connection) => connection.history())
    return rows.map(({ name }) => name)
  } catch {
    return []
  }
}
