/** Finds the tables whose rows a migration leaves without the rows that they refer to: there it stops. */
import type { Connection } from '../connection.ts'
import { fillTables, inMemory, type MemoryDatabase, runInTransaction } from './rehearse.ts'
import type { Snapshot } from './snapshot.ts'

interface Reference {
  readonly child: string
  readonly parent: string
}

/**
 * A sentence for each pair of tables between which `steps`, run after `before` on tables with rows, leave dangling references. `to` is the
 * schema that they make.
 */
export function describeDanglingReferences(
  memory: MemoryDatabase,
  to: Snapshot,
  before: readonly string[],
  steps: readonly string[],
): string[] {
  if (to.tables.every(({ foreignKeys }) => foreignKeys.length === 0)) return []
  const found = inMemory(memory.openMemory, (connection) => {
    memory.replay(connection)
    fillTables(connection)
    runInTransaction(connection, before)
    const known = danglingReferences(connection)
    runInTransaction(connection, steps)
    const isNew = ({ child, parent }: Reference) => !known.some((other) => other.child === child && other.parent === parent)
    return danglingReferences(connection).filter(isNew)
  })
  return found.map(({ child, parent }) => `stops at rows of '${child}' that would refer to nothing in '${parent}'`)
}

function danglingReferences(connection: Connection): Reference[] {
  const tables = connection.all<{ name: string }>("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
  return tables.flatMap(({ name }) => {
    try {
      return connection.all<Reference>(`SELECT DISTINCT "table" AS child, parent FROM pragma_foreign_key_check(?)`, name)
    } catch {
      // The key fits no key of its parent: the migrations made it so.
      return []
    }
  })
}
