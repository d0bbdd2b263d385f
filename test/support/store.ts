/** A fresh database at the newest migration, for tests that ask the models and not the program. */
import { onTestFinished } from 'vitest'
import { openDatabase } from '../../src/db/sqlite/open.ts'
import { Store } from '../../src/db/sqlite/session.ts'
import { world } from './run.ts'

/** Users get the ids 1, 2, 3, … in the order of their names here. */
export async function storeWith(...users: readonly string[]): Promise<Store> {
  const { db } = await world(...users)
  const handle = openDatabase(db, 'write')
  onTestFinished(() => void handle.close())
  return new Store(handle)
}
