/** Begins the file of a new migration for the other engine, for which nothing is generated. */
import { existsSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { comment, type MigrationText } from './new-file.ts'

/** Statements that mean the same on both engines. */
const portable = /^(?:DROP (?:TABLE|INDEX)|CREATE (?:UNIQUE )?INDEX|ALTER TABLE \S+ (?:RENAME|DROP COLUMN)|INSERT INTO|UPDATE|DELETE FROM) /

/**
 * Write `migrations/postgres/0006_x.sql` for `migrations/0006_x.sql`, if there is that folder: the statements that are the same, and the
 * others as comments. `left` is the number of these.
 */
export function beginOtherFile(path: string, migration: MigrationText): { readonly path: string; readonly left: number } | undefined {
  const folder = join(dirname(path), 'postgres')
  if (!existsSync(folder)) return undefined
  let left = 0
  const translate = (statement: string) => {
    if (portable.test(statement)) return `${statement};`
    left++
    return `-- To be written for PostgreSQL:\n${`${statement};`.replace(/^/gm, '--   ')}`
  }
  const lines = [comment(migration.message), '-- upgrade', ...migration.upgrade.map(translate), '', '-- downgrade']
  const other = join(folder, basename(path))
  writeFileSync(other, `${[...lines, ...migration.downgrade.map(translate)].join('\n')}\n`)
  return { path: other, left }
}
