/** Every failure that a user can meet is one of these: words, the next step, and the exit code. Only `main.ts` prints them. */
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

  constructor(kind: string, word: string, values: readonly string[]) {
    super(`invalid ${kind} '${word}'`, `valid values:  ${values.join(', ')}`)
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

/** There is no database here, or an empty file: of all commands only `db upgrade` may make it one. */
export class MissingDatabaseError extends DatabaseError {
  readonly isEmpty: boolean

  constructor(name: string, isEmpty: boolean, hint?: string) {
    super(isEmpty ? `${name} is empty` : `no database at ${name}`, hint)
    this.isEmpty = isEmpty
  }
}

/** What was named is no microblog database. */
export class WrongDatabaseError extends DatabaseError {}

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

/** The `code` of a system or driver error, such as `ENOENT`. */
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
