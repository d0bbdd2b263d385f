import { getSystemErrorMap } from 'node:util'

/** Base class of all errors for the user: a message, a hint and an exit code. Only `output/print-error.ts` prints them. */
export class MicroblogError extends Error {
  readonly exitCode: number
  /** The next step, in one or more lines. It is printed below the message. */
  readonly hint: string | undefined

  constructor(message: string, exitCode: number, hint?: string) {
    super(message)
    this.name = new.target.name
    this.exitCode = exitCode
    this.hint = hint
  }
}

/** The input breaks a rule: a name is taken, a body is too long, a user would follow themselves. Exit 1. */
export class RefusedError extends MicroblogError {
  constructor(message: string, hint?: string) {
    super(message, 1, hint)
  }
}

/** The command line is wrong. Exit 2. */
export class UsageError extends MicroblogError {
  constructor(message: string, hint?: string) {
    super(message, 2, hint)
  }
}

/** `word` is not one of the valid values. Exit 2. */
export class UnknownValueError extends UsageError {
  readonly word: string
  readonly values: readonly string[]

  constructor(kind: string, word: string, values: readonly string[]) {
    super(`invalid ${kind} '${word}'`, `valid values:  ${values.join(', ')}`)
    this.word = word
    this.values = values
  }
}

/** Two options that cannot be used together. Exit 2. */
export class ContradictionError extends UsageError {
  constructor(one: string, other: string) {
    super(`${one} and ${other} contradict each other`, 'leave one of them out')
  }
}

/** No such user, post, revision or input file. Exit 3. */
export class NotFoundError extends MicroblogError {
  constructor(message: string, hint?: string) {
    super(message, 3, hint)
  }
}

/** The database is missing, behind, ahead, locked, corrupt, read-only or full, or its migration history conflicts. Exit 4. */
export class DatabaseError extends MicroblogError {
  constructor(message: string, hint?: string) {
    super(message, 4, hint)
  }
}

/** The database does not exist, or is an empty file. Only `db upgrade` creates it. Exit 4. */
export class MissingDatabaseError extends DatabaseError {
  readonly isEmpty: boolean

  constructor(name: string, isEmpty: boolean, hint?: string) {
    super(isEmpty ? `${name} is empty` : `no database at ${name}`, hint)
    this.isEmpty = isEmpty
  }
}

/** The tables are microblog's, but the database is not marked as its own: a restored dump loses the mark. Exit 4. */
export class UnmarkedDatabaseError extends DatabaseError {}

/** The database belongs to another program, or is not a database. Exit 4. */
export class WrongDatabaseError extends DatabaseError {}

/** The user pressed Ctrl-C at a prompt. Exit 130, no message. */
export class InterruptedError extends MicroblogError {
  constructor() {
    super('interrupted', 130)
  }
}

/** The reader closed stdout (EPIPE). No message, and the exit code that is already set, usually 0. */
export class BrokenPipeError extends MicroblogError {
  constructor() {
    super('broken pipe', 0)
  }
}

/** Quotes input for a message. Control characters are escaped later, when the message is printed. */
export const quoted = (text: string): string => `"${text}"`

/** A message as the first words of a sentence. */
export const capitalized = (text: string): string => text.replace(/^./, (letter) => letter.toUpperCase())

/** A path or name as one word of a shell command. */
export const shellWord = (word: string): string => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

/** The URL of a database without its password, also if it is not a valid URL. Other text stays as it is. */
export const withoutPassword = (text: string): string =>
  text
    .replace(/^([a-z]+:\/\/[^/?#]*?):.*@/i, '$1@')
    .replace(/([?&])password=[^&]*&?/gi, '$1')
    .replace(/[?&]$/, '')

/** The hint for a path with a `~` that the shell left as it is, as in `--db=~/x.db`. */
export const tildeHint = (path: string): string | undefined =>
  /^~[^/]*\/|(?:^|\/)~(?:\/|$)/.test(path) ? 'the shell expands ~ only at the beginning of a word: write "$HOME" instead' : undefined

export const missingFolder = (folder: string): NotFoundError =>
  new NotFoundError(`no folder ${folder}`, tildeHint(folder) ?? `create it:  mkdir -p ${shellWord(folder)}`)

/** The prefix of a message about a line of input: `edges.tsv:3: `, or `line 3: ` on standard input. Empty without a line. */
export const linePrefix = (line: number | undefined, path = '-'): string =>
  line === undefined ? '' : path === '-' ? `line ${line}: ` : `${path}:${line}: `

/** How many of many errors are printed in full. The others are counted. */
export const maxReported = 20

/**
 * Combine the first of `count` errors into one that lists them; `summary` is its message. A hint that several errors share is printed
 * once, at the end.
 */
export function combine(
  faults: readonly [MicroblogError, ...MicroblogError[]],
  summary: (count: number) => string,
  count = faults.length,
): MicroblogError {
  const [first] = faults
  if (count === 1) return first
  const shown = faults.slice(0, maxReported)
  const hints = shown.flatMap(({ hint }) => hint ?? [])
  const common = new Set(hints.filter((hint, index) => hints.indexOf(hint) !== index))
  const lines = shown.map(({ message, hint }) => (hint && !common.has(hint) ? `${message} (${hint})` : message))
  return new MicroblogError(summary(count), first.exitCode, [...lines, ...moreFaults(count), ...common].join('\n'))
}

/** A line that counts the errors which are not printed in full; empty if there are none. */
export const moreFaults = (count: number): string[] =>
  count > maxReported ? [`and ${(count - maxReported).toLocaleString('en')} more`] : []

/** The `code` of a system or driver error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** The message of anything that was thrown. */
export const errorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error

/** Describes a system error in words. */
export function describeCode(error: unknown): string {
  const words = isSystemError(error) ? getSystemErrorMap().get(error.errno ?? 0)?.[1] : undefined
  return systemFaults[errorCode(error) ?? ''] ?? words ?? errorMessage(error)
}

const systemFaults: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'part of the path is not a folder',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
}
