/** Finds values that change when a rebuild copies them, because of type affinity or STRICT (https://sqlite.org/datatype3.html). */
import type { RequestedFill } from '../../../migrate/requested-changes.ts'
import { requestedFill } from './fills.ts'
import { match } from './match.ts'
import { type Column, isStored, type Snapshot, type Table } from './snapshot.ts'

/** How a column converts the values that are stored in it. `any` converts none; INTEGER and NUMERIC convert alike. */
type Storage = 'any' | 'text' | 'real' | 'number' | 'blob'

function storageOf({ type }: Column, { isStrict }: Table): Storage {
  if (type === '' || (isStrict && type === 'ANY')) return 'any'
  if (type.includes('INT')) return 'number'
  if (/CHAR|CLOB|TEXT/.test(type)) return 'text'
  if (type.includes('BLOB')) return isStrict ? 'blob' : 'any'
  return /REAL|FLOA|DOUB/.test(type) ? 'real' : 'number'
}

/** A sentence for each way in which copying a column can change its values. `filled` replaces NULL, unless it is ''. */
export function describeValueChanges(from: Table, to: Table, before: Column, after: Column, filled = after.defaultRule): string[] {
  const column = `'${to.name}.${after.name}'`
  const nulls = isNullReplaced(from, to, before, after, filled) ? `NULL becomes ${filled}` : 'NULL is refused'
  return [
    ...(canChangeValues(from, to, before, after) ? [`changes values: ${column} ${typeChange(before, after)}`] : []),
    ...(forbidsNull(from, to, before, after) ? [`${column}: ${nulls}`] : []),
  ]
}

/** Whether `filled` replaces NULL, which otherwise stops the upgrade. It cannot replace NULL in a rowid alias. */
export const isNullReplaced = (from: Table, to: Table, before: Column, after: Column, filled: string): boolean =>
  forbidsNull(from, to, before, after) && filled !== '' && after.name !== to.rowidAlias

const forbidsNull = (from: Table, to: Table, before: Column, after: Column): boolean => isNullable(from, before) && !isNullable(to, after)

const isNullable = ({ rowidAlias }: Table, { name, notNull }: Column): boolean => notNull === '' && name !== rowidAlias

function canChangeValues(from: Table, to: Table, before: Column, after: Column): boolean {
  const [old, now] = [storageOf(before, from), storageOf(after, to)]
  // A BLOB column of a STRICT table refuses other values, so a rebuild casts them.
  if (now === 'blob') return before.type !== after.type
  return now !== 'any' && old !== now
}

const typeChange = (before: Column, after: Column): string =>
  before.type === after.type ? `${after.type} is no longer STRICT` : `${typeName(before)} becomes ${typeName(after)}`

/** `VARCHAR ( 10 )` is written `VARCHAR(10)`. */
const typeName = ({ type }: Column): string => type.replaceAll(/ ?([(),]) ?/g, '$1') || 'no type'

/** Describe the value changes of all columns that are in both schemas. */
export const describeAllValueChanges = (from: Snapshot, to: Snapshot, fills: readonly RequestedFill[]): string[] =>
  match(from.tables, to.tables).kept.flatMap(([before, after]) =>
    match(before.columns, after.columns)
      .kept.filter((pair) => pair.every(isStored))
      .flatMap(([old, now]) => describeValueChanges(before, after, old, now, requestedFill(fills, after, now))),
  )
