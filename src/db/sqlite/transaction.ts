/** The one place where transactions begin and end, and where foreign keys are switched off and on. */
import type { Handle } from './addon.ts'

type Transactional = Pick<Handle, 'exec' | 'inTransaction'>

/**
 * Run `work` in one transaction. A writer takes the lock at once: a deferred transaction would fail, not wait, when two processes write.
 * Inside another transaction `read` is part of that one.
 */
export async function inTransaction<T>(handle: Transactional, end: 'commit' | 'roll back' | 'read', work: () => Promise<T>): Promise<T> {
  if (end === 'read' && handle.inTransaction) return work()
  handle.exec(end === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE')
  try {
    const result = await work()
    handle.exec(end === 'roll back' ? 'ROLLBACK' : 'COMMIT')
    return result
  } catch (error) {
    // A full disk makes SQLite roll back by itself; a second ROLLBACK would hide the real error.
    if (handle.inTransaction) handle.exec('ROLLBACK')
    throw error
  }
}

/** Outside the transaction, where alone the pragma has an effect (https://sqlite.org/pragma.html#pragma_foreign_keys). */
export async function withoutForeignKeys<T>(handle: Transactional, work: () => Promise<T>): Promise<T> {
  handle.exec('PRAGMA foreign_keys = OFF')
  try {
    return await work()
  } finally {
    handle.exec('PRAGMA foreign_keys = ON')
  }
}
