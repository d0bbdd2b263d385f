/** The context that every command gets: the streams, the global options, the database, and the methods that print and prompt. */
import type { Engine } from './db/engine.ts'
import { capitalized, combine, MicroblogError, maxReported, moreFaults, shellWord, UsageError, withoutPassword } from './errors.ts'
import { type Io, type Output, writeReport } from './output/io.ts'
import { HeldOutput } from './output/pager.ts'
import { printError } from './output/print-error.ts'
import { safeLines, safeText } from './output/safe-text.ts'
import { type ColorChoice, isColored, loadStyle, type Style } from './output/style.ts'

/** The options that every command has, before or after its name. */
interface GlobalOptions {
  readonly db?: string
  readonly color?: ColorChoice
  readonly input?: boolean
  readonly pager?: boolean
}

/** The line that reports one result of a change. `unchanged`: nothing had to be done. */
export type Result = string | { readonly unchanged: string }

export class Context {
  readonly io: Io
  /** The folder of migration files. */
  readonly migrations: string
  /** The exit code if nothing is thrown. A command that answers "no" sets it to 1. */
  exitCode = 0
  /** Whether exit code 1 means "no". Then no error exits with 1, but with 4. */
  isPredicate = false
  #options: GlobalOptions = {}
  #quiet = false
  /** What is held back for a pager; undefined while output is written at once. */
  #held: HeldOutput | undefined
  #last = ''

  constructor(io: Io, migrations: string) {
    this.io = io
    this.migrations = migrations
  }

  configure(options: GlobalOptions & { readonly quiet?: boolean }): void {
    this.#options = options
    this.#quiet = options.quiet === true
  }

  /** The engine for the database named by `option`, `--db` or MICROBLOG_DB, in that order, else `./microblog.db`. Does not open it. */
  async engine(option = this.#options.db): Promise<Engine> {
    const { openEngine } = await import('./db/open-engine.ts')
    return openEngine({ option, environment: this.io.env.MICROBLOG_DB, migrations: this.migrations })
  }

  /** The same for another database. */
  withDatabase(db: string): Context {
    const other = new Context(this.io, this.migrations)
    other.configure({ ...this.#options, db, quiet: this.#quiet })
    return other
  }

  /** Whether `--db` or MICROBLOG_DB names the database. */
  get isDatabaseNamed(): boolean {
    return this.#options.db !== undefined || Boolean(this.io.env.MICROBLOG_DB)
  }

  /** A command line on this database, quoted for a shell: `microblog --db x db upgrade`. */
  commandLine(words: string): string {
    const { db } = this.#options
    if (db === undefined) return `microblog ${words}`
    return `microblog --db ${shellWord(withoutPassword(db))} ${words}`
  }

  /** The streams for prompts; undefined without a terminal or with `--no-input`. */
  get terminal(): Io['terminal'] {
    return this.#options.input === false ? undefined : this.io.terminal
  }

  style(output: Pick<Output, 'isTerminal'>): Promise<Style> {
    return loadStyle(isColored(this.#options.color ?? 'auto', this.io.env, output))
  }

  /** With `--keep-going`: print the error, set exit code 1, continue. */
  async reportFault(error: MicroblogError): Promise<void> {
    this.exitCode = 1
    await printError(this, error)
  }

  /** With `keepGoing`, report each fault and continue. Without it, throw them all as one error whose first line is `summary`. */
  async throwOrReport(
    faults: readonly MicroblogError[],
    keepGoing: boolean | undefined,
    summary: (count: number) => string,
  ): Promise<void> {
    const [first, ...others] = faults
    if (first && !keepGoing) throw combine([first, ...others], summary)
    for (const fault of faults.slice(0, maxReported)) await this.reportFault(fault)
    for (const line of moreFaults(faults.length)) this.note(line)
  }

  /** Print text: exactly to a pipe or a file on stdout, with unsafe characters escaped to a terminal or to stderr. */
  write(text: string | Uint8Array, output = this.io.stdout): void {
    const isForPeople = output.isTerminal || output === this.io.stderr
    const shown = isForPeople ? safeLines(typeof text === 'string' ? text : Buffer.from(text).toString()) : text
    if (typeof shown === 'string' && output === this.io.stdout) this.writeStyled(shown)
    else output.write(shown)
  }

  /** Print text to stdout that may be coloured: all that comes from users in it has been through `safeText`. */
  writeStyled(text: string): void {
    if (!this.#held) this.io.stdout.write(text)
    else if (this.#held.add(text)) this.releaseOutput()
  }

  /** Hold the output back from now on, for a pager if it gets longer than the screen. */
  holdOutput(): void {
    if (this.#options.pager !== false) this.#held ??= HeldOutput.begin(this.io)
  }

  /** Print when the database is closed, because who reads it may open the database: `--sql | sqlite3 microblog.db`. */
  writeLast(text: string): void {
    this.#last += text
  }

  /** Show what was held back. The pager may run for hours: the database is closed before. */
  releaseOutput(): void {
    const [held, last] = [this.#held, this.#last]
    this.#held = undefined
    this.#last = ''
    held?.release()
    if (last !== '') this.write(last)
  }

  /** Print a line of the result to stdout. */
  print(line: string): void {
    this.write(`${this.io.stdout.isTerminal ? safeText(line) : line}\n`)
  }

  /** Print the results of a change to stdout. On a terminal, what was changed has a tick. Silent with `--quiet`. */
  async report(results: readonly Result[], { dryRun }: { readonly dryRun?: boolean }): Promise<void> {
    if (this.#quiet || results.length === 0) return
    const { stdout } = this.io
    const tick = stdout.isTerminal && !dryRun ? `${(await this.style(stdout)).good('✓')} ` : ''
    const lines = results.map((result) => (typeof result === 'string' ? tick + safeText(result) : safeText(result.unchanged)))
    writeReport(stdout, lines.map((line) => `${line}\n`).join(''))
  }

  /** Print a note to stderr. Silent with `--quiet`. */
  note(line: string): void {
    if (this.#quiet) return
    const text = `${safeText(line)}\n`
    if (this.#held) this.#held.addNote(text)
    else this.write(text, this.io.stderr)
  }

  /**
   * Ask for confirmation before data is lost; `consequence` says what will be lost.
   * @throws UsageError that suggests `--yes`, if there is no terminal to ask on; MicroblogError, if the answer is no.
   */
  async confirm(consequence: string, options: { readonly yes?: boolean }): Promise<void> {
    if (options.yes) return
    if (!this.terminal) throw new UsageError(consequence, 'not running interactively: confirm with --yes')
    const { confirm } = await import('./output/prompt.ts')
    const sentence = capitalized(consequence)
    if (!(await confirm(this.terminal, `${sentence}. Continue?`, false))) throw new MicroblogError('cancelled: nothing was changed', 1)
  }
}
