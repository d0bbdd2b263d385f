/** Refuses changes that no migration can make, although both schemas are valid. */
import { RefusedError } from '../../../errors.ts'
import type { RequestedFill } from '../../../migrate/requested-changes.ts'
import type { OpenMemory } from '../connection.ts'
import { type NewColumns, newColumnFaults, repeatedDefaultFaults } from './default-faults.ts'
import { exampleFill } from './fills.ts'
import { find } from './match.ts'
import { inMemory } from './rehearse.ts'
import type { Snapshot } from './snapshot.ts'

/** @throws RefusedError, if a name changes between an index and a table, or if old rows cannot have the defaults of new columns */
export function refuseUnworkableChanges(openMemory: OpenMemory, from: Snapshot, to: Snapshot, fills: readonly RequestedFill[]): void {
  refuseReusedName(from, to, 'an index becomes a table')
  refuseReusedName(to, from, 'a table becomes an index')
  const [fault] = inMemory(openMemory, (scratch) => newColumnFaults(scratch, from, to, fills))
  if (fault) throw new RefusedError(`no row can have ${describe(fault)}`, 'change the default or the CHECK in src/models/schema.ts')
  const [repeated] = inMemory(openMemory, (scratch) => repeatedDefaultFaults(scratch, from, to, fills))
  const [column] = repeated?.columns ?? []
  if (repeated && column)
    throw new RefusedError(
      `no two rows can have ${describe(repeated)}`,
      `give old rows different values once, for example  ${exampleFill(openMemory, repeated.table, column)}\n` +
        'or leave out .default(…): NULL may be repeated',
    )
}

function describe({ table, columns, reason }: NewColumns): string {
  const names = columns.map(({ name }) => `'${table.name}.${name}'`).join(', ')
  return `the default of ${names}, which ${columns.length > 1 ? 'are' : 'is'} new: ${reason}`
}

/** Indexes and tables share a namespace, and a migration creates indexes before it drops the removed tables. */
function refuseReusedName({ tables }: Snapshot, other: Snapshot, change: string): void {
  const index = tables.flatMap(({ indexes }) => indexes).find(({ name }) => find(other.tables, name))
  if (!index) return
  throw new RefusedError(`'${index.name}': ${change} of the same name`, 'give the index another name, in a migration of its own')
}
