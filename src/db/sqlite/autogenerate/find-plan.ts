/** Alter or rebuild: SQLite itself is asked. */
import { compareSchemas, compareTables } from './compare.ts'
import { match } from './match.ts'
import { plan, type Route } from './plan.ts'
import { refusing } from './refusing.ts'
import { type Rehearsal, rehearse, type Stage } from './rehearse.ts'
import type { Schema } from './snapshot.ts'
import { fold } from './spelling.ts'

/** Where a plan is to lead, and what happens around it. */
export interface Journey extends Omit<Route, 'rebuilt'>, Omit<Rehearsal, 'steps' | 'needRows'> {
  /** The schema when everything has run. */
  readonly arrival: Schema
  /** What to say when there is no way. */
  readonly failure: string
}

/**
 * The plan is found by trying: a table that differs is altered if that brings the exact schema, and rebuilt if it does not.
 * What is returned has been rehearsed; where nothing arrives, throws a RefusedError.
 */
export function findPlan(stage: Stage, journey: Journey): string[] {
  const differing = differingTables(journey)
  const rebuilt = new Set(differing)
  const attempt = () => {
    const steps = plan({ ...journey, rebuilt })
    // ALTER TABLE allows an empty table what it refuses to one with rows.
    const needRows = differing.filter((table) => !rebuilt.has(table))
    const [difference] = compareSchemas(rehearse(stage, { ...journey, steps, needRows }), journey.arrival)
    if (difference) throw new Error(`it does not arrive: ${difference.sentence}`)
    return steps
  }
  for (const table of differing) {
    rebuilt.delete(table)
    if (!succeeds(attempt)) rebuilt.add(table)
  }
  return refusing(journey.failure, attempt, 'write it by hand:  microblog db revision -m <message>')
}

const differingTables = ({ from, to }: Journey): string[] =>
  match(from.tables, to.tables)
    .kept.filter(([before, after]) => compareTables(before, after).length > 0)
    .map(([{ name }]) => fold(name))

function succeeds(attempted: () => void): boolean {
  try {
    attempted()
    return true
  } catch {
    return false
  }
}
