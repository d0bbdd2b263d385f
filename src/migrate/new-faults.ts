/** Refuses a migration after which something fails that worked before it. */
import { RefusedError } from '../errors.ts'
import type { MigrationName } from './folder.ts'
import type { ForeignKeyFault } from './migration-connection.ts'

/** What fails in a database, in sentences. */
export interface Faults {
  readonly foreignKeys: ReadonlyMap<string, ForeignKeyFault>
  /** What does not compile. */
  readonly compile: readonly string[]
  /** Search indexes that do not match their tables. */
  readonly search: readonly string[]
}

export const noFaults: Faults = { foreignKeys: new Map(), compile: [], search: [] }

/** @throws RefusedError naming `files`, if there are faults that were not there before. `consequence` is added to the hint. */
export function checkNewFaults(files: readonly MigrationName[], before: Faults, after: Faults, consequence: string): void {
  const isNew = (known: readonly string[]) => (fault: string) => !known.includes(fault)
  refuse(files, 'a foreign key would be broken: ', newForeignKeyFaults(before.foreignKeys, after.foreignKeys), consequence)
  const hint = 'a trigger, view, default or CHECK fails when it is used: correct, drop or recreate it in the same migration'
  refuse(files, '', count(after.compile.filter(isNew(before.compile))), `${hint}\n${consequence}`)
  refuse(files, '', count(after.search.filter(isNew(before.search))), consequence)
}

type Counted = readonly [fault: string, found: ForeignKeyFault]

const count = (faults: readonly string[]): Counted[] => faults.map((fault) => [fault, { count: 1, query: undefined }])

const newForeignKeyFaults = (before: Faults['foreignKeys'], after: Faults['foreignKeys']): Counted[] =>
  [...after]
    .map(([fault, { count, query }]): Counted => [fault, { count: count - (before.get(fault)?.count ?? 0), query }])
    .filter(([, { count }]) => count > 0)

/** Shows up to three faults: the first in the message, the others in the hint. */
function refuse(files: readonly MigrationName[], problem: string, faults: readonly Counted[], consequence: string): void {
  const [first, ...others] = faults
  if (!first) return
  const more = faults.reduce((sum, [, { count }]) => sum + count, -1)
  const queries = new Set(faults.slice(0, 3).flatMap(([, { query }]) => query ?? []))
  const finders = [...queries].map((query) => `find them:  ${query}`)
  const hint = [...others.slice(0, 2).map(([fault]) => fault), ...finders, consequence].join('\n')
  throw new RefusedError(`${describeFiles(files)}: ${problem}${first[0]}${more === 0 ? '' : `, and ${more} more like it`}`, hint)
}

function describeFiles(files: readonly MigrationName[]): string {
  const [first, last] = [files[0]?.file, files.at(-1)?.file]
  return first === last ? `${first}` : `${first} to ${last}`
}
