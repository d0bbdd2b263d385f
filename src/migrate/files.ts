/** Reads migration files: numbered files of plain SQL, which run as written. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseError, MicroblogError } from '../errors.ts'
import { listMigrations, type MigrationName } from './folder.ts'

export interface Migration extends MigrationName {
  /** The first comment line. */
  readonly message: string
  /** SHA-256 of the text with CRLF read as LF, in hexadecimal. */
  readonly checksum: string
  readonly upgrade: readonly Statement[]
  readonly downgrade: readonly Statement[]
}

export interface Statement {
  /** As written, without the closing semicolon. */
  readonly sql: string
  /** The line that it starts on, from 1. */
  readonly line: number
}

/** How an engine parses the SQL of a migration file. */
export interface StatementReader {
  split(text: string, firstLine: number): Statement[]
  /** The first keyword of a statement that is not allowed in a migration; undefined if the statement is allowed. */
  forbidden(statement: Statement): string | undefined
}

/** Read and parse every file of `folder`, in order. */
export function readMigrations(folder: string, reader: StatementReader): Migration[] {
  return listMigrations(folder).map((name) => parseMigration(name, readFileSync(join(folder, name.file), 'utf8'), reader))
}

/** @throws DatabaseError, if a section is missing or a statement would end the migrator's own transaction. */
export function parseMigration(name: MigrationName, source: string, reader: StatementReader): Migration {
  const text = source.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '')
  const lines = text.split('\n')
  // From the second line on: the first line is always the message.
  const upgrade = lines.indexOf('-- upgrade', 1)
  const downgrade = lines.indexOf('-- downgrade', 1)
  if (upgrade < 0 || downgrade < upgrade) {
    throw new DatabaseError(`${name.file}: expected a line '-- upgrade' and, after it, a line '-- downgrade'`)
  }
  const section = (from: number, to: number) => readSection(name, lines.slice(from, to), from + 1, reader)
  return {
    ...name,
    message: readHead(name, lines.slice(0, upgrade), reader),
    checksum: createHash('sha256').update(source.replaceAll('\r\n', '\n')).digest('hex'),
    upgrade: section(upgrade + 1, downgrade),
    downgrade: section(downgrade + 1, lines.length),
  }
}

/** The message, from the comment on the first line. @throws DatabaseError, if there is none or a statement precedes the first section */
function readHead({ file }: MigrationName, [first = '', ...others]: readonly string[], reader: StatementReader): string {
  const message = /^--\s*(\S.*)$/.exec(first)?.[1]?.trim()
  if (!message) throw new DatabaseError(`${file}:1: expected a comment that says what the migration does`)
  const [stray] = reader.split(others.join('\n'), 2)
  if (stray)
    throw new DatabaseError(`${file}:${stray.line}: a statement before '-- upgrade'`, 'it would never run: move it below that line')
  return message
}

function readSection({ file }: MigrationName, lines: readonly string[], firstLine: number, reader: StatementReader): Statement[] {
  const statements = reader.split(lines.join('\n'), firstLine)
  for (const statement of statements) {
    const word = reader.forbidden(statement)
    if (word)
      throw new DatabaseError(
        `${file}:${statement.line}: ${word} is not allowed in a migration`,
        'the migrator runs all pending migrations in one transaction of its own',
      )
  }
  return statements
}

/** The error of a statement, prefixed with its file and line. `consequence`, the state of the database, is added to the hint. */
export function atLine({ message, exitCode, hint }: MicroblogError, { file }: MigrationName, { line }: Statement, consequence: string) {
  return new MicroblogError(`${file}:${line}: ${message}`, exitCode, [hint ?? [], consequence].flat().join('\n'))
}
