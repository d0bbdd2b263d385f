/** What is wrong with the input: the first faults in words, the others as a number. */
import type { Kysely } from 'kysely'
import type { Context } from '../../context.ts'
import { MicroblogError, NotFoundError, quoted } from '../../errors.ts'
import { placeOf, type Source } from '../../input/source.ts'
import type { Database } from '../../models/schema.ts'
import { similarNames } from '../../models/users.ts'
import { findNearest } from '../nearest.ts'

const shown = 20

/** A record names a user that there is not. */
export class UnknownUserError extends NotFoundError {
  readonly username: string

  constructor(username: string) {
    super(`no user named ${quoted(username)}`)
    this.username = username
  }
}

export class Faults {
  readonly #source: Pick<Source, 'path'>
  readonly #first: MicroblogError[] = []
  #unknown: string | undefined
  count = 0

  constructor(source: Pick<Source, 'path'>) {
    this.#source = source
  }

  /** Note what is wrong in `line`. */
  add(line: number, error: MicroblogError): void {
    const { message, exitCode, hint } = error
    this.count++
    if (error instanceof UnknownUserError) this.#unknown = error.username
    if (this.#first.length < shown) this.#first.push(new MicroblogError(placeOf(this.#source, line) + message, exitCode, hint))
  }

  /** If a single misspelt username is all that is wrong, say which one may be meant. */
  async suggest(db: Kysely<Database>): Promise<void> {
    const [fault] = this.#first
    if (!fault || this.count > 1 || this.#unknown === undefined) return
    const nearest = await findNearest(this.#unknown, await similarNames(db, this.#unknown))
    if (nearest) this.#first[0] = new MicroblogError(fault.message, fault.exitCode, `did you mean "${nearest}"?`)
  }

  /** With `--keep-going`: the faults are told, and the exit code will be 1. */
  async report(context: Context): Promise<void> {
    for (const fault of this.#first) await context.fault(fault)
    if (this.#others > 0) context.note(this.#rest)
  }

  /** All faults as one error, if there are any. */
  refuse(): void {
    const [first] = this.#first
    if (!first) return
    if (this.count === 1) throw first
    const lines = this.#first.map(({ message }) => message)
    if (this.#others > 0) lines.push(this.#rest)
    throw new MicroblogError(`${this.count.toLocaleString('en')} faults: nothing was imported`, first.exitCode, lines.join('\n'))
  }

  get #others(): number {
    return this.count - this.#first.length
  }

  get #rest(): string {
    return `and ${this.#others.toLocaleString('en')} more`
  }
}
