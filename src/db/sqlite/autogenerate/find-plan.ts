/** Decides for each changed table between ALTER TABLE and a rebuild, by trying both in memory. */

import { foldCase } from '../../../fold-case.ts'
import { compareSchemas, compareTables } from './compare.ts'
import { match } from './match.ts'
import { type PlanOptions, plan } from './plan.ts'
import { refusing } from './refusing.ts'
import { type MemoryDatabase, rehearse } from './rehearse.ts'
import type { Snapshot } from './snapshot.ts'

/** The schemas to plan between, and how to check the plan. */
interface PlanRequest extends PlanOptions {
  readonly from: Snapshot
  readonly to: Snapshot
  /** Statements that run before the plan and after it. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** The schema after `before`, the plan and `after` have run. */
  readonly expected: Snapshot
  /** The error message if no plan works. */
  readonly failure: string
}

/**
 * Find the statements that lead from one schema to the other. A changed table is altered if that produces exactly the expected schema;
 * otherwise it is rebuilt. The returned plan has been rehearsed. @throws RefusedError, if no plan produces the expected schema
 */
export function findPlan(memory: MemoryDatabase, request: PlanRequest): string[] {
  const differing = differingTables(request)
  const rebuilt = new Set(differing)
  const attempt = () => {
    const steps = plan({ ...request, rebuilt })
    // ALTER TABLE refuses some changes only if the table has rows, so a test on an empty table proves nothing.
    const needRows = differing.filter((table) => !rebuilt.has(table))
    const [difference] = compareSchemas(rehearse(memory, { ...request, steps, needRows }), request.expected)
    if (difference) throw new Error(`the resulting schema is not the expected one: ${difference.sentence}`)
    return steps
  }
  for (const table of differing) {
    rebuilt.delete(table)
    if (!succeeds(attempt)) rebuilt.add(table)
  }
  return refusing(request.failure, attempt, 'write it by hand:  microblog db revision -m <message>')
}

const differingTables = ({ from, to }: PlanRequest): string[] =>
  match(from.tables, to.tables)
    .kept.filter(([before, after]) => compareTables(before, after).length > 0)
    .map(([{ name }]) => foldCase(name))

function succeeds(attempt: () => void): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
