/** A run as SQL text, for those who review it or run it by other means. */

import { createHistory } from '../../migrate/history.ts'
import type { Step } from '../../migrate/run.ts'
import { literal } from './autogenerate/spelling.ts'

/** The script that does what a run of `steps` does, all or nothing under `sqlite3 -bail`. `before` stands outside the transaction. */
export function renderScript(steps: readonly Step[], before: readonly string[]): string {
  const statements = [...before, 'PRAGMA foreign_keys = OFF', 'BEGIN IMMEDIATE', createHistory, ...steps.flatMap(renderStep), 'COMMIT']
  return steps.length === 0 ? '' : `${[...statements, 'PRAGMA foreign_keys = ON'].join(';\n')};\n`
}

function renderStep({ direction, from, to, migration }: Step): string[] {
  const [first = '', ...others] = [...migration[direction].map(({ sql }) => sql), recordOf(direction, migration)]
  return [`\n-- Running ${direction} ${from} -> ${to}, ${migration.message}\n${first}`, ...others]
}

function recordOf(direction: Step['direction'], { id, name, checksum }: Step['migration']): string {
  if (direction === 'downgrade') return `DELETE FROM schema_migrations WHERE id = ${literal(id)}`
  const values = [id, name, checksum].map(literal).join(', ')
  return `INSERT INTO schema_migrations (id, name, checksum, applied_at, duration_ms) VALUES (${values}, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 0)`
}
