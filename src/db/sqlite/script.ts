/** Renders a migration run as a SQL script, to review or to run with the sqlite3 shell. */
import type { Migration } from '../../migrate/files.ts'
import type { Script } from '../../migrate/migration-connection.ts'
import { comment } from '../../migrate/new-file.ts'
import type { Direction, RunPlan, Step } from '../../migrate/step.ts'
import { createHistory } from './history-table.ts'
import { persistentPragmas } from './open.ts'
import { literal } from './sql-text.ts'

/**
 * Render a run as a script with one transaction. It needs `sqlite3 -bail`, which stops at the first error. Like a run of the migrator,
 * it first records the new numbers of renumbered files, and fails if foreign keys are violated that were not violated before.
 */
export function renderScript({ steps, renumbered }: RunPlan, isNew: boolean): Script {
  const statements = [
    ...(isNew ? persistentPragmas : []),
    'PRAGMA foreign_keys = OFF',
    'BEGIN IMMEDIATE',
    `CREATE TEMP TABLE microblog_before AS ${violations}`,
    createHistory,
    ...renumber(renumbered),
    ...steps.flatMap(renderStep),
    ...checkForeignKeys,
    'COMMIT',
    'PRAGMA foreign_keys = ON',
  ]
  return { sql: `-- ${howToRun}\n${statements.join(';\n')};\n`, howToRun }
}

const howToRun = 'run this with  sqlite3 -bail  (without -bail an error does not stop it, and a part of it is committed)'

const violations =
  'SELECT "table" AS child, rowid AS child_row, parent, count(*) AS times FROM pragma_foreign_key_check GROUP BY "table", rowid, parent'

/** `OR ROLLBACK` ends the transaction at a new violation, even if the shell runs on without -bail. */
const checkForeignKeys: readonly string[] = [
  '\nCREATE TEMP TABLE microblog_after (violations INTEGER CONSTRAINT "no foreign key may be broken" CHECK (violations = 0))',
  `INSERT OR ROLLBACK INTO microblog_after SELECT count(*) FROM (${violations}) AS now LEFT JOIN microblog_before AS earlier
  ON earlier.child = now.child AND earlier.child_row IS now.child_row AND earlier.parent = now.parent
  WHERE now.times > coalesce(earlier.times, 0)`,
  'DROP TABLE temp.microblog_after',
  'DROP TABLE temp.microblog_before',
]

function renderStep({ direction, from, to, migration }: Step): string[] {
  const [first = '', ...others] = [...migration[direction].map(({ sql }) => sql), recordOf(direction, migration)]
  return [`\n-- Running ${direction} ${from} -> ${to}, ${migration.message}\n${first}`, ...others]
}

/** In two steps, because the new number of one migration can be the old number of another. */
function renumber(renumbered: RunPlan['renumbered']): string[] {
  if (renumbered.length === 0) return []
  const remarks = renumbered.map(({ row, file }) => comment(`${file.file} was applied as ${row.id}`))
  const ids = renumbered.map(({ row }) => literal(row.id)).join(', ')
  return [
    `\n${remarks.join('\n')}\nUPDATE schema_migrations SET id = 'old ' || id WHERE id IN (${ids})`,
    ...renumbered.map(({ row, file }) => `UPDATE schema_migrations SET id = ${literal(file.id)} WHERE id = ${literal(`old ${row.id}`)}`),
  ]
}

function recordOf(direction: Direction, { id, name, checksum }: Migration): string {
  if (direction === 'downgrade') return `DELETE FROM schema_migrations WHERE id = ${literal(id)}`
  const values = [id, name, checksum].map(literal).join(', ')
  const appliedAt = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
  return `INSERT INTO schema_migrations (id, name, checksum, applied_at, duration_ms) VALUES (${values}, ${appliedAt}, 0)`
}
