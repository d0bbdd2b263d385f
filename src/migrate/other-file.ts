/** Begins the file of a new migration for the other engine, for which nothing is generated. */
import { existsSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { comment, type MigrationText } from './new-file.ts'

/** Statements that mean the same on both engines. */
const portable = /^(?:DROP (?:TABLE|INDEX)|CREATE (?:UNIQUE )?INDEX|ALTER TABLE \S+ (?:RENAME|DROP COLUMN)|INSERT INTO|UPDATE|DELETE FROM) /

/** Stands above what the author has to write. A file that has it is refused. */
export const unwritten = '-- To be written for PostgreSQL:'

/**
 * Write `migrations/postgres/0006_x.sql` for `migrations/0006_x.sql`, if there is that folder, unless the file is there: a section whose
 * statements all mean the same as it is, another one as comments. Returns the file, and how many statements are left to write.
 */
export function beginOtherFile(path: string, { message, upgrade, downgrade }: MigrationText): { path: string; left: number } | undefined {
  const other = join(dirname(path), 'postgres', basename(path))
  if (!existsSync(dirname(other)) || existsSync(other)) return undefined
  const isPortable = (statements: readonly string[]) => statements.every((statement) => portable.test(statement))
  const section = (statements: readonly string[]) => {
    const text = statements.map((statement) => `${statement};`)
    // A part of a rebuild would drop the table without the copy.
    return isPortable(statements) ? text : [unwritten, ...text.map((statement) => statement.replace(/^/gm, '--   '))]
  }
  writeFileSync(other, `${[comment(message), '-- upgrade', ...section(upgrade), '', '-- downgrade', ...section(downgrade)].join('\n')}\n`)
  return { path: other, left: [upgrade, downgrade].flatMap((statements) => (isPortable(statements) ? [] : statements)).length }
}
