/** A fresh database at the newest migration, for tests that ask the models and not the program. */
import { onTestFinished } from 'vitest'
import { openDatabase } from '../../src/db/sqlite/open.ts'
import { SqliteSession } from '../../src/db/sqlite/session.ts'
import { world } from './run.ts'

/** Users get the ids 1, 2, 3, … in the order of their names here. */
export async function sessionWith(...users: readonly string[]): Promise<SqliteSession> {
  const { db } = await world(...users)
  const handle = openDatabase(db, 'write')
  onTestFinished(() => void handle.close())
  return new SqliteSession(handle, db)
}
