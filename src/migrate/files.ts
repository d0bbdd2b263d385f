/** The migration files: the folder is the list, and a numbered plain-SQL file is what is written, reviewed, hashed and run. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseError } from '../errors.ts'
import { isKeyword, type Statement, splitStatements } from './sql.ts'

/** A migration file's name, taken apart: `0003_followers.sql` is `{ id: '0003', name: 'followers' }`. */
export interface MigrationName {
  readonly id: string
  readonly name: string
  readonly file: string
}

export interface Migration extends MigrationName {
  /** The first comment line. */
  readonly message: string
  /** SHA-256 of the text with CRLF read as LF, in hexadecimal. */
  readonly checksum: string
  readonly upgrade: readonly Statement[]
  readonly downgrade: readonly Statement[]
}

const pattern = /^(\d{4})_([a-z0-9_]+)\.sql$/

/**
 * The names in `folder`, in order, without opening a file: all that most commands need to know.
 * @throws DatabaseError naming the files, if a name is malformed or the numbers are not 1, 2, 3, …
 */
export function listMigrations(folder: string): MigrationName[] {
  const names = readFolder(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map(parseName)
  names.forEach((current, index) => {
    checkConsecutive(current, names[index - 1])
  })
  return names
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    throw new DatabaseError(`no migrations at ${folder}`, 'the installation is incomplete: install microblog again')
  }
}

function parseName(file: string): MigrationName {
  const [, id, name] = pattern.exec(file) ?? []
  if (id && name) return { id, name, file }
  throw new DatabaseError(`migration file '${file}' is not named like 0001_users.sql`, 'four digits, an underscore, then a-z, 0-9 and _')
}

function checkConsecutive(current: MigrationName, previous: MigrationName | undefined): void {
  const expected = String(Number(previous?.id ?? 0) + 1).padStart(4, '0')
  if (current.id === expected) return
  if (current.id === previous?.id) {
    throw new DatabaseError(
      `two migrations have the number ${current.id}: ${previous.file} and ${current.file}`,
      `rename one of them to ${expected}_…`,
    )
  }
  throw new DatabaseError(
    `migration ${expected} is missing: ${previous ? `${previous.file} is followed by` : 'the first is'} ${current.file}`,
  )
}

/** Read and take apart every file of `folder`, in order. */
export function readMigrations(folder: string): Migration[] {
  return listMigrations(folder).map((name) => parseMigration(name, readFileSync(join(folder, name.file), 'utf8')))
}

/** @throws DatabaseError, if a section is missing or a statement would end the migrator's own transaction. */
export function parseMigration(name: MigrationName, source: string): Migration {
  const text = source.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '')
  const lines = text.split('\n')
  const upgrade = lines.indexOf('-- upgrade')
  const downgrade = lines.indexOf('-- downgrade')
  if (upgrade < 0 || downgrade < upgrade) {
    throw new DatabaseError(`${name.file}: expected a line '-- upgrade' and, after it, a line '-- downgrade'`)
  }
  const section = (from: number, to: number) => checked(name, splitStatements(lines.slice(from, to).join('\n'), from + 1))
  return {
    ...name,
    message: /^--\s*(.*)$/.exec(lines[0] ?? '')?.[1] ?? name.name,
    checksum: createHash('sha256').update(source.replaceAll('\r\n', '\n')).digest('hex'),
    upgrade: section(upgrade + 1, downgrade),
    downgrade: section(downgrade + 1, lines.length),
  }
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
