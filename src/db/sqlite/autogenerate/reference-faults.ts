/** Finds foreign keys that cannot work. CREATE TABLE does not check them, and SQLite's later message does not name the columns. */
import { foldCase } from '../../../fold-case.ts'
import { quote } from './compare.ts'
import { find } from './match.ts'
import type { ForeignKey, Snapshot, Table } from './snapshot.ts'

/** A sentence for each foreign key that refers to a missing table or column, or to columns that are not a key. */
export const referenceFaults = ({ tables }: Snapshot): string[] =>
  tables.flatMap((table) =>
    table.foreignKeys.flatMap((key) => {
      const fault = faultOf(tables, key)
      return fault ? `${quote(table.name, key.columns)} refers to ${fault}` : []
    }),
  )

function faultOf(tables: readonly Table[], { table, references }: ForeignKey): string | undefined {
  const parent = find(tables, table)
  if (!parent) return `'${table}', which is not a declared table`
  const missing = references.find((name) => !find(parent.columns, name))
  if (missing !== undefined) return `'${table}.${missing}', which is not declared`
  const isKey = keysOf(parent).some((key) => sorted(key) === sorted(references))
  return isKey ? undefined : `${quote(table, references)}, which must be the PRIMARY KEY or UNIQUE`
}

/** The columns of the primary key, of UNIQUE constraints and of unique indexes. An index with WHERE is not a key. */
const keysOf = ({ primaryKey, uniques, indexes }: Table): (readonly string[])[] => [
  ...[primaryKey, ...uniques].map(({ columns }) => columns),
  ...indexes.flatMap(({ rule }) => {
    const [, columns] = /^unique \((.*)\) $/.exec(rule) ?? []
    return columns === undefined ? [] : [columns.split(', ')]
  }),
]

const sorted = (names: readonly string[]): string => names.map(foldCase).sort().join('\n')
