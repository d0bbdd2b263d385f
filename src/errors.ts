/** Every failure that a user can meet is one of these: words, the next step, and the exit code. Only `cli.ts` prints them. */
export class MicroblogError extends Error {
  readonly exitCode: number
  /** The next step: one or more lines, printed under the error. */
  readonly hint: string | undefined

  constructor(message: string, exitCode: number, hint?: string) {
    super(message)
    this.name = new.target.name
    this.exitCode = exitCode
    this.hint = hint
  }
}

/** Refused: taken, too long, bad data, cannot follow oneself. Exit 1. */
export class RefusedError extends MicroblogError {
  constructor(message: string, hint?: string) {
    super(message, 1, hint)
  }
}

/** The command line itself is wrong. Exit 2. */
export class UsageError extends MicroblogError {
  constructor(message: string, hint?: string) {
    super(message, 2, hint)
  }
}

/** A value that is none of those there are; `word` is what was typed. */
export class UnknownValueError extends UsageError {
  readonly word: string
  readonly values: readonly string[]

  constructor(what: string, word: string, values: readonly string[]) {
    super(`no ${what} '${word}'`, `there are:  ${values.join(', ')}`)
    this.word = word
    this.values = values
  }
}

/** Two options that cannot both be meant. */
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

/** Interrupted by the user at a prompt. Exit 130, in silence. */
export class InterruptedError extends MicroblogError {
  constructor() {
    super('interrupted', 130)
  }
}

/** Whoever read our stdout has gone (EPIPE): nothing is wrong, there is only nobody to write for. Exit 0, in silence. */
export class BrokenPipeError extends MicroblogError {
  constructor() {
    super('broken pipe', 0)
  }
}

/** What somebody typed, as it stands in a message. Whatever shows the message makes it safe. */
export const quoted = (text: string): string => `"${text}"`

/** Several faults as one error that names them all; `summary` is its first line. A next step that faults share is said once, below. */
export function combine(faults: readonly [MicroblogError, ...MicroblogError[]], summary: (count: number) => string): MicroblogError {
  const [first] = faults
  if (faults.length === 1) return first
  const hints = faults.flatMap(({ hint }) => hint ?? [])
  const common = new Set(hints.filter((hint, index) => hints.indexOf(hint) !== index))
  const lines = faults.map(({ message, hint }) => (hint && !common.has(hint) ? `${message} (${hint})` : message))
  return new MicroblogError(summary(faults.length), first.exitCode, [...lines, ...common].join('\n'))
}

/** What SQLite's result codes mean to a user, by the beginning of the code (https://sqlite.org/rescode.html). */
const databaseFaults: readonly [code: string, message: string, hint: string][] = [
  ['SQLITE_BUSY', 'the database is locked: another program has kept it for 30 seconds', 'try again when it has finished'],
  ['SQLITE_LOCKED', 'the database is locked', 'try again'],
  ['SQLITE_FULL', 'the disk is full', 'free some space, there or where TMPDIR is; nothing was changed'],
  ['SQLITE_READONLY', 'the database cannot be written', 'check the permissions of the file and of its folder'],
  ['SQLITE_CORRUPT', 'the database is damaged', 'restore a backup'],
  ['SQLITE_NOTADB', 'this is not a microblog database', 'name another one with --db or MICROBLOG_DB'],
  ['SQLITE_CANTOPEN', 'the database cannot be opened', 'check the permissions of the file and of its folder'],
  ['SQLITE_IOERR', 'the disk does not read or write', 'check the disk and its free space; nothing was changed'],
  ['SQLITE_PERM', 'the database cannot be opened', 'check the permissions of the file and of its folder'],
  ['SQLITE_NOMEM', 'out of memory', 'nothing was changed'],
]

/**
 * A database error in plain words, or nothing if `error` is not one. A broken constraint is a refusal (exit 1):
 * the program checks first, so one is met only when another process was quicker.
 */
export function databaseFault(error: unknown, where: string): MicroblogError | undefined {
  const code = errorCode(error)
  if (code?.startsWith('SQLITE_CONSTRAINT')) return new RefusedError(`refused by the database: ${(error as Error).message}`)
  const fault = databaseFaults.find(([start]) => code?.startsWith(start))
  return fault && new DatabaseError(`${where}: ${fault[1]}`, fault[2])
}

/** The `code` of a system or SQLite error, such as `ENOENT` or `SQLITE_BUSY`. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** A system error in plain words. */
export function describeCode(error: unknown): string {
  const code = errorCode(error)
  return systemFaults[code ?? ''] ?? code ?? (error instanceof Error ? error.message : String(error))
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
