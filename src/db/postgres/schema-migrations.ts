/** Reads and changes the table `schema_migrations`. */
import type { AppliedMigration } from '../../migrate/history.ts'
import type { Connection } from './server-connection.ts'

export const createHistory = `CREATE TABLE IF NOT EXISTS schema_migrations (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  checksum text COLLATE "C" NOT NULL,
  applied_at text COLLATE "C" NOT NULL,
  duration_ms double precision NOT NULL
)`

/** Fails if there is no such table. */
export const selectHistory = 'SELECT id, name, checksum, applied_at, duration_ms FROM schema_migrations ORDER BY id'

/** The applied migrations, oldest first; none if there is no history table. */
export async function readHistory(connection: Connection): Promise<AppliedMigration[]> {
  // Not to_regclass(): it looks beyond the snapshot of the transaction.
  const [found] = await connection.all(
    `SELECT 1 FROM pg_class WHERE relname = 'schema_migrations' AND relnamespace = current_schema()::regnamespace`,
  )
  return found ? connection.all<AppliedMigration>(selectHistory) : []
}

export async function record(connection: Connection, { id, name, checksum, applied_at, duration_ms }: AppliedMigration): Promise<void> {
  await connection.all('INSERT INTO schema_migrations VALUES ($1, $2, $3, $4, $5)', id, name, checksum, applied_at, duration_ms)
}
