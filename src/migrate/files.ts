/** Reads migration files: numbered files of plain SQL, which run as written. */
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseError, describeCode, MicroblogError, RefusedError } from '../errors.ts'
import { listMigrationsStrictly, type MigrationName } from './folder.ts'

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

/** Why a migration file is refused. `line` is counted from 1. */
export interface Fault {
  readonly line: number
  readonly message: string
  readonly hint?: string
}

export interface LineComment {
  /** With its `--`. */
  readonly text: string
  readonly line: number
}

/** How an engine parses the SQL of a migration file. */
export interface StatementReader {
  /** Text that the engine would skip or misread, such as what follows a NUL, or a variable without a value. */
  textFault(text: string): Fault | undefined
  /** The `--` comments that are alone on their line. A `--` inside a string or another comment does not count. */
  lineComments(text: string): readonly LineComment[]
  split(text: string, firstLine: number): Statement[]
  /** Why a statement is not allowed in a migration. */
  statementFault(statement: Statement): Fault | undefined
}

/**
 * Read every file of `folder`, in order. Files with a checksum in `applied` ran once as they are: they are parsed only if they run again.
 * @throws DatabaseError, if anything in `folder` is named like a migration or ends in .sql, but is not a readable migration
 */
export function readMigrations(
  folder: string,
  reader: StatementReader,
  applied: readonly { readonly checksum: string }[] = [],
): Migration[] {
  const checksums = new Set(applied.map(({ checksum }) => checksum))
  return listMigrationsStrictly(folder).map((name) => {
    const source = readText(folder, name)
    const checksum = checksumOf(source)
    const parse = () => parseMigration(name, source, reader)
    return checksums.has(checksum) ? parsedLater({ ...name, message: messageOf(linesOf(source)[0]), checksum }, parse) : parse()
  })
}

function parsedLater(head: Omit<Migration, 'upgrade' | 'downgrade'>, parse: () => Migration): Migration {
  let parsed: Migration | undefined
  const sections = () => {
    parsed ??= parse()
    return parsed
  }
  return {
    ...head,
    get upgrade() {
      return sections().upgrade
    },
    get downgrade() {
      return sections().downgrade
    },
  }
}

const checksumOf = (source: string): string => createHash('sha256').update(source.replaceAll('\r\n', '\n')).digest('hex')

const linesOf = (source: string): string[] =>
  source
    .replaceAll('\r\n', '\n')
    .replace(/^\uFEFF/, '')
    .split('\n')

function readText(folder: string, { file }: MigrationName): string {
  const bytes = readBytes(join(folder, file))
  if (isUtf8(bytes)) return bytes.toString()
  const lines = bytes.toString('latin1').split('\n')
  const line = lines.findIndex((text) => !isUtf8(Buffer.from(text, 'latin1'))) + 1
  throw faultIn(file, { line, message: 'this is not UTF-8', hint: 'save the file as UTF-8' })
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new DatabaseError(`${path} cannot be read: ${describeCode(error)}`)
  }
}

/** @throws DatabaseError with file and line, if a part of the file would not run as it is written or is not allowed */
export function parseMigration(name: MigrationName, source: string, reader: StatementReader): Migration {
  const refuse = (fault: Fault | undefined) => {
    if (fault) throw faultIn(name.file, fault)
  }
  const lines = linesOf(source)
  const text = lines.join('\n')
  refuse(reader.textFault(text))
  const marks = findMarks(reader.lineComments(text))
  refuse(headFault(lines[0], marks) ?? sectionFault(marks, lines.length))
  const [upgrade, downgrade] = marks.map(({ line }) => line)
  const section = (from = 0, to = lines.length + 1) => reader.split(lines.slice(from, to - 1).join('\n'), from + 1)
  const [stray] = section(0, upgrade)
  refuse(stray && { line: stray.line, message: "a statement before '-- upgrade'", hint: 'it would never run: move it below that line' })
  const sections = { upgrade: section(upgrade, downgrade), downgrade: section(downgrade) }
  for (const statement of [...sections.upgrade, ...sections.downgrade]) refuse(reader.statementFault(statement))
  return { ...name, message: messageOf(lines[0]), checksum: checksumOf(source), ...sections }
}

const faultIn = (file: string, { line, message, hint }: Fault): DatabaseError => new DatabaseError(`${file}:${line}: ${message}`, hint)

interface Mark {
  readonly section: string
  readonly line: number
}

const markPattern = /^--\s*(upgrade|downgrade)\s*$/

/** The section marks. The first line is always the message. */
const findMarks = (comments: readonly LineComment[]): Mark[] =>
  comments.flatMap(({ text, line }) => {
    const [, section] = markPattern.exec(text) ?? []
    return section && line > 1 ? { section, line } : []
  })

const messageOf = (first = ''): string => (first.startsWith('--') ? first.slice(2).trim() : '')

function headFault(first = '', [mark]: readonly Mark[]): Fault | undefined {
  const isMark = markPattern.test(first) && mark?.section !== 'upgrade'
  if (messageOf(first) && !isMark) return undefined
  const message = 'the first line must be the message: a comment that says what the migration does'
  return { line: 1, message, hint: 'for example:  -- posts have a language' }
}

/** The marks must be upgrade and downgrade, in this order. */
function sectionFault(marks: readonly Mark[], lastLine: number): Fault | undefined {
  const sections = ['upgrade', 'downgrade']
  const wrong = [...sections, undefined].findIndex((section, index) => marks[index]?.section !== section)
  if (wrong < 0) return undefined
  const { section, line } = marks[wrong] ?? { line: lastLine }
  if (section && sections.slice(0, wrong).includes(section))
    return { line, message: `a second '-- ${section}'`, hint: 'a file has one section of each kind: put the statements together' }
  return { line, message: "expected a line '-- upgrade' and, after it, a line '-- downgrade'" }
}

/** The error of a statement, prefixed with its file and line. `consequence`, the state of the database, is added to the hint. */
export function atLine(error: MicroblogError, { file }: MigrationName, { line }: Statement, consequence: string): MicroblogError {
  const message = `${file}:${line}: ${error.message}`
  const hint = [error.hint ?? [], consequence].flat().join('\n')
  return error instanceof RefusedError ? new RefusedError(message, hint) : new MicroblogError(message, error.exitCode, hint)
}
