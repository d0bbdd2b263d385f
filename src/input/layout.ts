/** How the columns of a row or the members of an object map to the fields. */
import { quoted } from '../errors.ts'
import { type RecordType, recordTypeNames, recordTypes } from '../models/records.ts'
import type { Fault, Row, RowOfMembers, RowOfValues } from './row.ts'

/** Values in the order of the type's fields. Optional ones may be missing at the end. */
export type InputRecord = RowOfValues

export interface Layout {
  readonly type: RecordType
  readonly hasHeader: boolean
  /** An error in the header. No record below it can be read. */
  readonly fault?: string
  readonly hint?: string
  /** For each column of the input, the index of its field. */
  readonly columns: readonly number[]
  /** Whether the columns are in the order of the fields. */
  readonly isInOrder: boolean
}

/** A first row with one of these words is a header, even if an invalid one. */
const headerWords = new Set<string>([
  ...recordTypeNames.flatMap((type) => recordTypes[type].fields),
  ...['id', 'user_id', 'follower_id', 'followed_id', 'password_hash'],
])

/** What other programs call the two users of a follow. */
const followWords: ReadonlyMap<string, string> = new Map([
  ...['source', 'from'].map((word) => [word, 'follower'] as const),
  ...['target', 'to', 'following'].map((word) => [word, 'followed'] as const),
])

/** The field that a column of a header names, without regard to case and blanks. */
function fieldName(cell: string): string {
  const word = cell.trim().toLowerCase()
  return followWords.get(word) ?? word
}

const fieldsOf = (type: RecordType): readonly string[] => recordTypes[type].fields
const requiredOf = (type: RecordType): readonly string[] => fieldsOf(type).slice(0, recordTypes[type].required)

/** The type that has a field of its own among `names`; users have only a username, if they have no email address. */
const typeOf = (names: readonly string[]): RecordType | undefined =>
  recordTypeNames.find((type) => fieldsOf(type).some((field) => field !== 'username' && names.includes(field))) ??
  (names.includes('username') ? 'users' : undefined)

/**
 * Detect the layout of input whose first row is `first`. Without `type`, the type follows from the header or from the members of an
 * object; columns without a header are follows. Returns undefined if the members fit no type.
 */
export function detectLayout(first: Row | undefined, type: RecordType | undefined, mayHaveHeader: boolean): Layout | undefined {
  if (first && 'members' in first) {
    const known = type ?? typeOf(Object.keys(first.members))
    return known && inFieldOrder(known)
  }
  const cells = first && 'values' in first ? first.values : []
  const names = cells.map(fieldName)
  return mayHaveHeader && isHeader(cells, names) ? fromHeader(names, type ?? typeOf(names)) : inFieldOrder(type ?? 'follows')
}

/** Some people have the name of a field, but where a time or an address stands, it is a record. */
function isHeader(cells: readonly string[], names: readonly string[]): boolean {
  if (names.every((name) => headerWords.has(name))) return names.length > 0
  return cells.some((cell) => headerWords.has(cell.trim().toLowerCase())) && !cells.some((cell) => /@|^\d{4}-/.test(cell))
}

const inFieldOrder = (type: RecordType): Layout => ({
  type,
  hasHeader: false,
  columns: recordTypes[type].fields.map((_field, index) => index),
  isInOrder: true,
})

function fromHeader(names: readonly string[], type: RecordType = 'follows'): Layout {
  const fields = fieldsOf(type)
  const unknown = names.find((name) => !fields.includes(name))
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  const missing = requiredOf(type).find((field) => !names.includes(field))
  const fault =
    (unknown !== undefined && unknownField(unknown, type)) ||
    (repeated !== undefined && `the column ${quoted(repeated)} appears twice`) ||
    (missing !== undefined && `the column ${quoted(missing)} is missing`)
  const columns = names.map((name) => fields.indexOf(name))
  const layout = { type, hasHeader: true, columns, isInOrder: columns.every((field, index) => field === index) }
  if (!fault) return layout
  return names.every((name) => headerWords.has(name)) ? { ...layout, fault } : { ...layout, fault, hint: mayBeRecord }
}

const mayBeRecord = 'if this row is a record:  --no-header'

const unknownField = (name: string, type: RecordType): string => `unknown field ${quoted(name)}: ${type} have ${fieldsOf(type).join(', ')}`

/** The record in this row, or its fault. */
export function interpret(row: Row, layout: Layout): InputRecord | Fault {
  if ('fault' in row) return row
  return 'values' in row ? fromValues(row, layout) : fromMembers(row, layout)
}

function fromValues(row: RowOfValues, layout: Layout): InputRecord | Fault {
  const { line, values } = row
  const fault = countFault(values.length, layout)
  if (fault) return { line, fault }
  if (layout.isInOrder) return row
  const byField = fieldsOf(layout.type).map(() => '')
  for (const [index, value] of values.entries()) byField[layout.columns[index] ?? 0] = value
  return { line, values: byField }
}

/** `expected 2 columns, found 1`. */
export function countFault(found: number, { type, hasHeader, columns }: Layout): string | undefined {
  const most = columns.length
  const least = hasHeader ? most : recordTypes[type].required
  if (found >= least && found <= most) return undefined
  const expected = least === most ? most : `${least} to ${most}`
  return `expected ${expected} column${most === 1 ? '' : 's'}, found ${found}`
}

function fromMembers({ line, members }: RowOfMembers, { type }: Layout): InputRecord | Fault {
  const fields = fieldsOf(type)
  const names = Object.keys(members)
  const unknown = names.find((name) => !fields.includes(name))
  if (unknown !== undefined) return { line, fault: unknownField(unknown, type) }
  const missing = requiredOf(type).find((field) => !names.includes(field))
  if (missing !== undefined) return { line, fault: `the field ${quoted(missing)} is missing` }
  const values = fields.map(
    (field, index) => (Object.hasOwn(members, field) ? members[field] : null) ?? (isOptional(type, index) ? '' : null),
  )
  const wrong = values.findIndex((value) => typeof value !== 'string')
  if (wrong >= 0) return { line, fault: `the field ${quoted(fields[wrong] ?? '')} is ${kindOf(values[wrong])}, not a string` }
  return { line, values: values as string[] }
}

const isOptional = (type: RecordType, index: number): boolean => index >= recordTypes[type].required

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
