/** Creates, reads and changes the table `schema_migrations`. */
import { DatabaseError } from '../../errors.ts'
import type { AppliedMigration } from '../../migrate/history.ts'
import type { Handle } from './addon.ts'
import { type Connection, connectionOf } from './connection.ts'

export const createHistory = `CREATE TABLE IF NOT EXISTS schema_migrations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  applied_at TEXT NOT NULL,
  duration_ms REAL NOT NULL
) STRICT`

const historyColumns = ['id', 'name', 'checksum', 'applied_at', 'duration_ms'].join(', ')

const selectHistoryTable = `
  SELECT s.type, group_concat(c.name, ', ' ORDER BY c.cid) AS columns FROM main.sqlite_schema s JOIN pragma_table_info(s.name, 'main') c
  WHERE s.type IN ('table', 'view') AND lower(s.name) = 'schema_migrations' GROUP BY s.name`

/** The applied migrations; none if there is no history table. */
export function readHistory(connection: Connection): AppliedMigration[] {
  const read = () => connection.all<AppliedMigration>(`SELECT ${historyColumns} FROM main.schema_migrations ORDER BY id`)
  try {
    return read()
  } catch {
    // Only now look whether there is the table: every command reads it. Another process may have created it meanwhile.
    return hasHistory(connection) ? read() : []
  }
}

/** Whether the history table exists. @throws DatabaseError, if a table or view of this name has other columns */
function hasHistory(connection: Connection): boolean {
  const [found] = connection.all<{ type: string; columns: string }>(selectHistoryTable)
  if (!found || (found.type === 'table' && found.columns === historyColumns)) return found !== undefined
  throw new DatabaseError(
    `schema_migrations is not the migrator's table: it is a ${found.type} with the columns ${found.columns}, not ${historyColumns}`,
    'another program made it: rename it, or choose another database with --db',
  )
}

export function record(handle: Handle, migration: AppliedMigration): void {
  hasHistory(connectionOf(handle))
  handle.exec(createHistory)
  handle.prepare('INSERT INTO schema_migrations VALUES ($id, $name, $checksum, $applied_at, $duration_ms)').run(migration)
}

export const forget = (handle: Handle, id: string): void => void handle.prepare('DELETE FROM schema_migrations WHERE id = ?').run(id)
