/** The migration files: a numbered plain-SQL file is what is written, reviewed, hashed and run. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isKeyword, type Statement, splitStatements } from '../db/sqlite/tokens.ts'
import { DatabaseError } from '../errors.ts'
import { listMigrations, type MigrationName } from './folder.ts'

export interface Migration extends MigrationName {
  /** The first comment line. */
  readonly message: string
  /** SHA-256 of the text with CRLF read as LF, in hexadecimal. */
  readonly checksum: string
  readonly upgrade: readonly Statement[]
  readonly downgrade: readonly Statement[]
}

/** Read and take apart every file of `folder`, in order. */
export function readMigrations(folder: string): Migration[] {
  return listMigrations(folder).map((name) => parseMigration(name, readFileSync(join(folder, name.file), 'utf8')))
}

/** @throws DatabaseError, if a section is missing or a statement would end the migrator's own transaction. */
export function parseMigration(name: MigrationName, source: string): Migration {
  const text = source.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '')
  const lines = text.split('\n')
  // From the second line on: the first is the message, whatever it says.
  const upgrade = lines.indexOf('-- upgrade', 1)
  const downgrade = lines.indexOf('-- downgrade', 1)
  if (upgrade < 0 || downgrade < upgrade) {
    throw new DatabaseError(`${name.file}: expected a line '-- upgrade' and, after it, a line '-- downgrade'`)
  }
  const section = (from: number, to: number) => checked(name, splitStatements(lines.slice(from, to).join('\n'), from + 1))
  return {
    ...name,
    message: readHead(name, lines.slice(0, upgrade)),
    checksum: createHash('sha256').update(source.replaceAll('\r\n', '\n')).digest('hex'),
    upgrade: section(upgrade + 1, downgrade),
    downgrade: section(downgrade + 1, lines.length),
  }
}

/** The message: a first comment line, and above the first section nothing that looks as if it would run. */
function readHead({ file }: MigrationName, [first = '', ...others]: readonly string[]): string {
  const message = /^--\s*(\S.*)$/.exec(first)?.[1]?.trim()
  if (!message) throw new DatabaseError(`${file}:1: expected a comment that says what the migration does`)
  const [stray] = splitStatements(others.join('\n'), 2)
  if (stray) throw new DatabaseError(`${file}:${stray.line}: a statement stands before '-- upgrade'`, 'it would never run: move it below')
  return message
}

/** Each of these would end the one transaction that makes an upgrade all or nothing, or cannot run inside it. */
const forbidden = ['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'VACUUM', 'ATTACH', 'DETACH']

function checked({ file }: MigrationName, statements: Statement[]): Statement[] {
  const wrong = statements.find(({ tokens }) => isKeyword(tokens[0], ...forbidden))
  if (!wrong) return statements
  throw new DatabaseError(
    `${file}:${wrong.line}: ${wrong.tokens[0]?.text.toUpperCase()} cannot stand in a migration`,
    'the migrator runs everything pending in one transaction of its own',
  )
}
