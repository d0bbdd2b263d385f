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
