/** Renders a migration run as a SQL script, to review or to run with the sqlite3 shell. */
import type { Script } from '../../migrate/migration-connection.ts'
import { renderSteps } from '../../migrate/script-steps.ts'
import type { RunPlan } from '../../migrate/step.ts'
import { createHistory } from './history-table.ts'
import { persistentPragmas } from './open.ts'
import { literal } from './sql-text.ts'

/**
 * Render a run as a script with one transaction. It needs `sqlite3 -bail`, which stops at the first error. Like a run of the migrator,
 * it first records the new numbers of renumbered files, and fails if foreign keys are violated that were not violated before.
 */
export function renderScript(plan: RunPlan, isNew: boolean): Script {
  const statements = [
    ...(isNew ? persistentPragmas : []),
    'PRAGMA foreign_keys = OFF',
    'BEGIN IMMEDIATE',
    `CREATE TEMP TABLE microblog_before AS ${violations}`,
    createHistory,
    ...renderSteps(plan, { now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", literal }),
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
