/** A new database at the newest migration, for tests that call the models directly. */
import { onTestFinished } from 'vitest'
import { openDatabase } from '../../src/db/sqlite/open.ts'
import { SqliteSession } from '../../src/db/sqlite/session.ts'
import { world } from './run.ts'

/** The users get the ids 1, 2, 3, … in the order given. */
export async function sessionWith(...users: readonly string[]): Promise<SqliteSession> {
  const { db } = await world(...users)
  const handle = openDatabase(db, 'write')
  onTestFinished(() => void handle.close())
  return new SqliteSession(handle)
}
