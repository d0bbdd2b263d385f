/** Renders a migration run as a SQL script, to review or to run with the sqlite3 shell. */
import type { Migration } from '../../migrate/files.ts'
import type { Direction, Step } from '../../migrate/step.ts'
import { literal } from './autogenerate/spelling.ts'
import { persistentPragmas } from './open.ts'

export const createHistory = `CREATE TABLE IF NOT EXISTS schema_migrations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  applied_at TEXT NOT NULL,
  duration_ms REAL NOT NULL
) STRICT`

/** Render `steps` as a script with one transaction. Run it with `sqlite3 -bail`, which stops at the first error. */
export function renderScript(steps: readonly Step[], isNew: boolean): string {
  const before = isNew ? persistentPragmas : []
  const statements = [...before, 'PRAGMA foreign_keys = OFF', 'BEGIN IMMEDIATE', createHistory, ...steps.flatMap(renderStep), 'COMMIT']
  return steps.length === 0 ? '' : `${[...statements, 'PRAGMA foreign_keys = ON'].join(';\n')};\n`
}

function renderStep({ direction, from, to, migration }: Step): string[] {
  const [first = '', ...others] = [...migration[direction].map(({ sql }) => sql), recordOf(direction, migration)]
  return [`\n-- Running ${direction} ${from} -> ${to}, ${migration.message}\n${first}`, ...others]
}

function recordOf(direction: Direction, { id, name, checksum }: Migration): string {
  if (direction === 'downgrade') return `DELETE FROM schema_migrations WHERE id = ${literal(id)}`
  const values = [id, name, checksum].map(literal).join(', ')
  const appliedAt = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
  return `INSERT INTO schema_migrations (id, name, checksum, applied_at, duration_ms) VALUES (${values}, ${appliedAt}, 0)`
}
