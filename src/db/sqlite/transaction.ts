/** All transactions begin and end here, and foreign keys are switched off and on here. */
import type { Handle } from './addon.ts'
import { checkNotReplaced } from './file-identity.ts'

type Transactional = Pick<Handle, 'exec' | 'inTransaction'>

/**
 * Run `work` in one transaction; roll back if it throws. A writer takes the lock at the start: with a deferred transaction the second of
 * two writers would fail instead of waiting. Inside another transaction, `read` begins none of its own.
 */
export async function inTransaction<T>(handle: Transactional, end: 'commit' | 'roll back' | 'read', work: () => Promise<T>): Promise<T> {
  if (end === 'read' && handle.inTransaction) return work()
  handle.exec(end === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE')
  try {
    const result = await work()
    if (end === 'commit') checkNotReplaced(handle)
    handle.exec(end === 'roll back' ? 'ROLLBACK' : 'COMMIT')
    return result
  } catch (error) {
    // SQLite rolls back by itself when the disk is full. A second ROLLBACK would fail and hide the original error.
    if (handle.inTransaction) handle.exec('ROLLBACK')
    throw error
  }
}

/**
 * Run `work` without foreign key checks. Call this outside a transaction: inside one the PRAGMA has no effect
 * (https://sqlite.org/pragma.html#pragma_foreign_keys).
 */
export async function withoutForeignKeys<T>(handle: Transactional, work: () => Promise<T>): Promise<T> {
  handle.exec('PRAGMA foreign_keys = OFF')
  try {
    return await work()
  } finally {
    handle.exec('PRAGMA foreign_keys = ON')
  }
}
