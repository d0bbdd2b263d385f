/** Checks, renders and suggests renames of columns. */
import { UsageError } from '../../../errors.ts'
import type { Rename } from '../../../migrate/new-file.ts'
import type { Change } from './compare.ts'
import { find, match } from './match.ts'
import type { Snapshot } from './snapshot.ts'
import { identifier } from './spelling.ts'

/** @throws UsageError, unless each rename is from a column that is no longer declared to a new one */
export function checkRenames(renames: readonly Rename[], from: Snapshot, to: Snapshot): void {
  for (const rename of renames) {
    const before = find(from.tables, rename.table)?.columns ?? []
    const after = find(to.tables, rename.table)?.columns ?? []
    const problem = [
      find(before, rename.from) ? [] : `the migrations have no column '${rename.table}.${rename.from}'`,
      find(after, rename.to) ? [] : `no column '${rename.table}.${rename.to}' is declared`,
      find(after, rename.from) ? `'${rename.table}.${rename.from}' is still declared` : [],
      find(before, rename.to) ? `'${rename.table}.${rename.to}' already exists` : [],
    ].flat()[0]
    if (problem) throw new UsageError(`cannot rename '${rename.table}.${rename.from}' to '${rename.to}': ${problem}`)
  }
}

/** SQLite also renames the column in indexes, foreign keys, triggers and views. */
export const renameColumn = ({ table, from, to }: Rename): string =>
  `ALTER TABLE ${identifier(table)} RENAME COLUMN ${identifier(from)} TO ${identifier(to)}`

export const reverse = ({ table, from, to }: Rename): Rename => ({ table, from: to, to: from })

export const renameChange = ({ table, from, to }: Rename): Change => ({
  action: 'renamed',
  kind: 'column',
  sentence: `Detected renamed column '${table}.${from}' to '${table}.${to}'`,
})

/** All pairs of a removed and an added column in one table that have the same definition apart from the name. */
export function findRenameCandidates(from: Snapshot, to: Snapshot): Rename[] {
  return match(from.tables, to.tables).kept.flatMap(([before, after]) => {
    const { removed, added } = match(before.columns, after.columns)
    return removed.flatMap((old) =>
      added
        .filter((column) => column.anonymousDefinition === old.anonymousDefinition)
        .map((column) => ({ table: after.name, from: old.name, to: column.name })),
    )
  })
}
