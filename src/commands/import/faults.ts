/** Collects the errors in the input of an import: the first ones in full, the others as a count. */
import type { Kysely } from 'kysely'
import { didYouMean, findNearest } from '../../cli/nearest.ts'
import { maxSuggestions } from '../../cli/require-users.ts'
import type { Context } from '../../context.ts'
import { combine, linePrefix, MicroblogError, maxReported, moreFaults, NotFoundError, quoted } from '../../errors.ts'
import type { Source } from '../../input/source.ts'
import type { Database } from '../../models/schema.ts'
import { similarNames } from '../../models/users.ts'

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
    for (const line of moreFaults(this.count)) context.note(line)
  }

  /** @throws MicroblogError, if there are any faults. It lists the first ones and counts the others. */
  async refuse(db: Kysely<Database>): Promise<void> {
    const [first, ...others] = await this.#describe(db)
    if (first) throw combine([first, ...others], refusal, this.count)
  }

  /** The first faults, each with its line. For the first unknown usernames, a hint suggests a similar one. */
  async #describe(db: Kysely<Database>): Promise<MicroblogError[]> {
    const described: MicroblogError[] = []
    for (const { line, error } of this.#reported) {
      const isUnknown = error instanceof UnknownUserError && described.length < maxSuggestions
      const nearest = isUnknown ? await findNearest(error.username, await similarNames(db, error.username)) : undefined
      const hint = nearest === undefined ? error.hint : didYouMean(nearest)
      described.push(new MicroblogError(linePrefix(line, this.#source.path) + error.message, error.exitCode, hint))
    }
    return described
  }
}

const refusal = (count: number): string => `${count.toLocaleString('en')} records were refused: nothing was imported`
