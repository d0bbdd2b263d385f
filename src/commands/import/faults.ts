/** Collects the errors in the input of an import: the first ones in full, the others as a count. */
import type { Kysely } from 'kysely'
import { didYouMean, findNearest } from '../../cli/nearest.ts'
import type { Context } from '../../context.ts'
import { linePrefix, MicroblogError, NotFoundError, quoted } from '../../errors.ts'
import type { Source } from '../../input/source.ts'
import type { Database } from '../../models/schema.ts'
import { similarNames } from '../../models/users.ts'

/** How many faults are reported in full. */
export const maxReported = 20

/** A record names a user who does not exist. */
export class UnknownUserError extends NotFoundError {
  readonly username: string

  constructor(username: string) {
    super(`no user named ${quoted(username)}`)
    this.username = username
  }
}

export class Faults {
  readonly #source: Pick<Source, 'path'>
  /** Sorted by line. */
  #reported: { readonly line: number; readonly error: MicroblogError }[] = []
  count = 0

  constructor(source: Pick<Source, 'path'>) {
    this.#source = source
  }

  /** Add a fault in `line`. */
  add(line: number, error: MicroblogError): void {
    this.count++
    const isReported = this.#reported.length < maxReported || line < (this.#reported.at(-1)?.line ?? 0)
    if (isReported) this.#reported = [...this.#reported, { line, error }].sort((a, b) => a.line - b.line).slice(0, maxReported)
  }

  /** With `--keep-going`: print the faults and set exit code 1. */
  async report(context: Context, db: Kysely<Database>): Promise<void> {
    for (const fault of await this.#describe(db)) await context.reportFault(fault)
    for (const line of this.#moreLines) context.note(line)
  }

  /** @throws MicroblogError, if there are any faults. It lists the first ones and counts the others. */
  async refuse(db: Kysely<Database>): Promise<void> {
    const faults = await this.#describe(db)
    const [first] = faults
    if (!first) return
    if (this.count === 1) throw first
    const lines = [...faults.map(({ message }) => message), ...this.#moreLines]
    throw new MicroblogError(
      `${this.count.toLocaleString('en')} records were refused: nothing was imported`,
      first.exitCode,
      lines.join('\n'),
    )
  }

  /** The first faults, each with its line. If the only fault is an unknown username, the hint suggests a similar one. */
  async #describe(db: Kysely<Database>): Promise<MicroblogError[]> {
    const faults = this.#reported.map(({ line, error: { message, exitCode, hint } }) => {
      return new MicroblogError(linePrefix(line, this.#source.path) + message, exitCode, hint)
    })
    const [fault] = faults
    const error = this.#reported[0]?.error
    if (!fault || this.count > 1 || !(error instanceof UnknownUserError)) return faults
    const nearest = await findNearest(error.username, await similarNames(db, error.username))
    return nearest ? [new MicroblogError(fault.message, fault.exitCode, didYouMean(nearest))] : faults
  }

  /** One line that counts the faults not reported in full; empty if there are none. */
  get #moreLines(): string[] {
    const others = this.count - this.#reported.length
    return others > 0 ? [`and ${others.toLocaleString('en')} more`] : []
  }
}
