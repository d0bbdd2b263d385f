/** Writes new migration files. This needs a checkout and an up-to-date build. */
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { Context } from '../context.ts'
import { readGeneratedMigrations } from '../db/open-engine.ts'
import { RefusedError, UsageError } from '../errors.ts'
import type { Migration } from '../migrate/files.ts'
import type { MigrationText } from '../migrate/new-file.ts'
import { withHints } from './using.ts'

/** @throws UsageError in an installed package, where a new migration file would be lost with the next update. */
export function checkIsCheckout(context: Context): void {
  if (!/[\\/]node_modules[\\/]/.test(context.migrations)) return
  throw new UsageError(
    'migrations are written in a checkout of microblog, not in an installed package',
    `the migrations of this package are in ${context.migrations}`,
  )
}

/** Refuse an old build, because the schema that is compared is the compiled one. @throws RefusedError, if schema.ts is newer */
export function checkBuild(context: Context): void {
  const built = import.meta.filename
  const source = join(dirname(context.migrations), 'src/models/schema.ts')
  if (basename(dirname(built)) !== 'dist' || !existsSync(source)) return
  if (statSync(source).mtimeMs > statSync(built).mtimeMs)
    throw new RefusedError('src/models/schema.ts is newer than the build', 'npm run build')
}

/** The files that a new migration follows, parsed. */
export const readPrecedingFiles = (context: Context): Promise<readonly Migration[]> =>
  withHints(context, () => readGeneratedMigrations(context.migrations))

/**
 * Write the next migration file, see `createMigrationFile`. Returns its path from the current folder. Where there are migrations for
 * PostgreSQL too, a file of the same name is begun there.
 */
export async function writeMigration(context: Context, files: readonly Migration[] | undefined, migration: MigrationText): Promise<string> {
  const { createMigrationFile, renderMigration } = await import('../migrate/new-file.ts')
  const path = relative('', await createMigrationFile(context.migrations, files, migration.message, renderMigration(migration)))
  const { beginOtherFile } = await import('../migrate/other-file.ts')
  const begun = beginOtherFile(path, migration)
  if (begun && begun.left > 0)
    context.note(`${begun.path}: ${begun.left === 1 ? 'a statement is' : `${begun.left} statements are`} to be written for PostgreSQL`)
  return path
}
