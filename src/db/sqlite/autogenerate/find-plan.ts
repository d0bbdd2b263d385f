/** Alter or rebuild: SQLite itself is asked. */

import { foldCase } from '../../../fold-case.ts'
import { compareSchemas, compareTables } from './compare.ts'
import { match } from './match.ts'
import { type PlanOptions, plan } from './plan.ts'
import { refusing } from './refusing.ts'
import { type MemoryDatabase, rehearse } from './rehearse.ts'
import type { Snapshot } from './snapshot.ts'

/** Where a plan is to lead, and what happens around it. */
export interface PlanRequest extends PlanOptions {
  readonly from: Snapshot
  readonly to: Snapshot
  /** Statements that run before the plan and after it. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** The schema when everything has run. */
  readonly expected: Snapshot
  /** What to say when there is no way. */
  readonly failure: string
}

/**
 * The plan is found by trying: a table that differs is altered if that brings the exact schema, and rebuilt if it does not.
 * What is returned has been rehearsed; where nothing arrives, throws a RefusedError.
 */
export function findPlan(memory: MemoryDatabase, request: PlanRequest): string[] {
  const differing = differingTables(request)
  const rebuilt = new Set(differing)
  const attempt = () => {
    const steps = plan({ ...request, rebuilt })
    // ALTER TABLE allows an empty table what it refuses to one with rows.
    const needRows = differing.filter((table) => !rebuilt.has(table))
    const [difference] = compareSchemas(rehearse(memory, { ...request, steps, needRows }), request.expected)
    if (difference) throw new Error(`it does not arrive: ${difference.sentence}`)
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
