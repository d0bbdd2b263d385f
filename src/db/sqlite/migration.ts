/** The bare connection that the migrator runs on. Apart from the store, because it does without Kysely. */

import type { Handle } from './addon.ts'
import type { Connection } from './connection.ts'
import { claim } from './open.ts'

export interface MigrationConnection extends Connection {
  /** Make a database that was made by other means one of ours. */
  claim(): void
}

export const migrationConnection = (handle: Handle): MigrationConnection => ({
  get inTransaction() {
    return handle.inTransaction
  },
  exec: (sql) => void handle.exec(sql),
  all: <Row>(sql: string, ...parameters: readonly unknown[]) => handle.prepare<unknown[], Row>(sql).all(...parameters),
  close: () => void handle.close(),
  claim: () => claim(handle),
})
