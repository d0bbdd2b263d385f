/** Opens the database for the migrator and closes it. */
import type { Context } from '../context.ts'
import type { MigrationAccess } from '../db/engine.ts'
import type { MigrationConnection } from '../migrate/migration-connection.ts'
import { using, withHints } from './using.ts'

/** Run `work` on a connection for the migrator. The connection is always closed. */
export const usingMigrations = <T>(
  context: Context,
  access: MigrationAccess,
  work: (connection: MigrationConnection) => Promise<T>,
): Promise<T> =>
  withHints(context, async () => {
    const engine = await context.engine()
    return using(await engine.connect(access), work)
  })
