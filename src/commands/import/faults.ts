/** Collects the errors in the files of an import: the first ones in full, the others as a count. */
import type { Kysely } from 'kysely'
import { didYouMean, findNearest } from '../../cli/nearest.ts'
import { maxSuggestions } from '../../cli/require-users.ts'
import type { Context } from '../../context.ts'
import { combine, linePrefix, MicroblogError, maxReported, moreFaults, NotFoundError, quoted } from '../../errors.ts'
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

/** More lines than a file has: positions count through the files of an import, and each starts at a multiple of this number. */
const linesPerFile = 2 ** 36

export class Faults {
  /** The paths of the files that have been started. */
  readonly #files: string[] = []
  /** Sorted by position. */
  #reported: { readonly position: number; readonly error: MicroblogError }[] = []
  count = 0

  /** From now on, lines are lines of this file. */
  startFile(path: string): void {
    this.#files.push(path)
  }

  /** The position of a line of the current file in the whole input. */
  position(line: number): number {
    return (this.#files.length - 1) * linesPerFile + line
  }

  /** Add a fault in a line of the current file. */
  add(line: number, error: MicroblogError): void {
    this.addAt(this.position(line), error)
  }

  addAt(position: number, error: MicroblogError): void {
    this.count++
    const isReported = this.#reported.length < maxReported || position < (this.#reported.at(-1)?.position ?? 0)
    if (isReported) this.#reported = [...this.#reported, { position, error }].sort((a, b) => a.position - b.position).slice(0, maxReported)
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

  /** The first faults, each with its file and line. For the first unknown usernames, a hint suggests a similar one. */
  async #describe(db: Kysely<Database>): Promise<MicroblogError[]> {
    const described: MicroblogError[] = []
    for (const { position, error } of this.#reported) {
      const isUnknown = error instanceof UnknownUserError && described.length < maxSuggestions
      const nearest = isUnknown ? await findNearest(error.username, await similarNames(db, error.username)) : undefined
      const hint = nearest === undefined ? error.hint : didYouMean(nearest)
      const place = linePrefix(position % linesPerFile, this.#files[Math.floor(position / linesPerFile)])
      described.push(new MicroblogError(place + error.message, error.exitCode, hint))
    }
    return described
  }
}

const refusal = (count: number): string => `${count.toLocaleString('en')} records were refused: nothing was imported`
