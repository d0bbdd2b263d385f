/** Decides for each changed table between ALTER TABLE and a rebuild, by trying both in memory. */

import { foldCase } from '../../../fold-case.ts'
import type { Connection } from '../connection.ts'
import { compareSchemas, compareTables } from './compare.ts'
import { isSameName, match } from './match.ts'
import { type PlanOptions, plan } from './plan.ts'
import { refusing } from './refusing.ts'
import { type MemoryDatabase, rehearse } from './rehearse.ts'
import { caseRenames, describeRename } from './renames.ts'
import type { Snapshot } from './snapshot.ts'

/** Asks for a plan from the schema `from` to the schema `to`. */
export interface PlanRequest extends PlanOptions {
  /** The schema after `before` and the renames. */
  readonly from: Snapshot
  readonly to: Snapshot
  /** Statements that run after the migration files and before the plan: for a downgrade, the upgrade. */
  readonly before: readonly string[]
  /** The error message if no plan works. */
  readonly failure: string
}

/**
 * Find the statements that lead from one schema to the other. A changed table is altered if that produces exactly the expected schema;
 * otherwise it is rebuilt. The returned plan has been rehearsed. @throws RefusedError, if no plan produces the expected schema
 */
export function findPlan(memory: MemoryDatabase, request: PlanRequest): string[] {
  const differing = differingTables(request)
  const rebuilt = new Set(differing.filter((table) => isFilled(request, table) || !canAlter(memory, request, table)))
  const attempt = (replacesAll: boolean) => {
    const steps = plan({ ...request, rebuilt, replacesAll })
    // ALTER TABLE refuses some changes only if the table has rows, so a test on an empty table proves nothing.
    const needRows = differing.filter((table) => !rebuilt.has(table))
    const [difference] = differences(rehearse(memory, { ...request, steps, needRows }), request.to)
    if (difference) throw new Error(`the resulting schema is not the expected one: ${difference}`)
    return steps
  }
  const replacesAll = request.renames.length > 0 && !succeeds(() => attempt(false))
  if (!succeeds(() => attempt(replacesAll))) {
    for (const table of differing) rebuilt.add(table)
    for (const table of differing.filter((name) => !isFilled(request, name))) {
      rebuilt.delete(table)
      if (!succeeds(() => attempt(replacesAll))) rebuilt.add(table)
    }
  }
  return refusing(request.failure, () => attempt(replacesAll), 'write it by hand:  microblog db revision -m <message>')
}

/** A sentence for each difference. Unlike `compareSchemas`, reports names that differ only in case. */
export const differences = (from: Snapshot, to: Snapshot): string[] => [
  ...caseRenames(from.tables, to.tables).map(describeRename),
  ...compareSchemas(from, to),
]

const differingTables = ({ from, to }: PlanRequest): string[] =>
  match(from.tables, to.tables)
    .kept.filter(([before, after]) => compareTables(before, after).length > 0 || caseRenames([before], [after]).length > 0)
    .map(([{ name }]) => foldCase(name))

/** A table with a requested fill is rebuilt, because ALTER TABLE cannot compute values for existing rows. */
const isFilled = ({ fills }: PlanRequest, table: string): boolean => fills.some((fill) => isSameName(fill.table, table))

/** Whether ALTER TABLE is enough, tried in a schema of this table alone: trying each table in the whole schema takes quadratic time. */
function canAlter({ openMemory }: MemoryDatabase, request: PlanRequest, table: string): boolean {
  const from = only(request.from, table)
  const to = only(request.to, table)
  const options = { ...request, renames: [], rebuilt: new Set<string>(), replacesAll: false }
  const replay = (connection: Connection) => plan({ ...options, from: only(from, ''), to: from }).forEach(connection.exec)
  return succeeds(() => {
    const steps = plan({ ...options, from, to })
    const result = rehearse({ openMemory, replay }, { from, to, before: [], steps, renames: [], needRows: [table] })
    if (compareSchemas(result, to).length > 0) throw new Error('not the expected table')
  })
}

const only = ({ tables }: Snapshot, table: string): Snapshot => ({
  tables: tables.filter(({ name }) => foldCase(name) === table),
  virtualTables: [],
  views: [],
  triggers: [],
})

function succeeds(attempt: () => void): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
