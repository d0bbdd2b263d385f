/** What every command is given: the streams, what is said and asked on them, and which database. */
import type { Engine } from './db/engine.ts'
import { combine, MicroblogError, UsageError } from './errors.ts'
import { type Io, type Output, writeReport } from './output/io.ts'
import { printError } from './output/print-error.ts'
import { type ColorChoice, isColored, loadStyle, type Style } from './output/style.ts'

/** The options that every command has, before or after its name. */
interface GlobalOptions {
  readonly db?: string
  readonly color?: ColorChoice
  readonly input?: boolean
}

export class Context {
  readonly io: Io
  /** The folder of migration files. */
  readonly migrations: string
  /** What `main` returns when nothing is thrown; a predicate's "no" sets it to 1. */
  exitCode = 0
  #options: GlobalOptions = {}
  #quiet = false

  constructor(io: Io, migrations: string) {
    this.io = io
    this.migrations = migrations
  }

  configure(options: GlobalOptions & { readonly quiet?: boolean }): void {
    this.#options = options
    this.#quiet = options.quiet === true
  }

  /** The database that `option` names, else the one that the user did. It is not opened. */
  async engine(option = this.#options.db): Promise<Engine> {
    const { openEngine } = await import('./db/open-engine.ts')
    return openEngine({ option, environment: this.io.env.MICROBLOG_DB, migrations: this.migrations })
  }

  /** The command that creates this database, or brings it up to date, as it is typed in a shell. */
  get upgradeCommandLine(): string {
    const { db } = this.#options
    if (db === undefined) return 'microblog db upgrade'
    const argument = /^[\w./-]+$/.test(db) ? db : `'${db.replaceAll("'", "'\\''")}'`
    return `microblog --db ${argument} db upgrade`
  }

  /** Only a person at a terminal is asked anything. */
  get terminal(): Io['terminal'] {
    return this.#options.input === false ? undefined : this.io.terminal
  }

  style(output: Output): Promise<Style> {
    return loadStyle(isColored(this.#options.color ?? 'auto', this.io.env, output))
  }

  /** Print an error and continue; the exit code will be 1. */
  async reportFault(error: MicroblogError): Promise<void> {
    this.exitCode = 1
    await printError(this, error)
  }

  /** With `keepGoing` report the faults and continue; without, throw them as one error, whose first line is `summary`. */
  async throwOrReport(
    faults: readonly MicroblogError[],
    keepGoing: boolean | undefined,
    summary: (count: number) => string,
  ): Promise<void> {
    const [first, ...others] = faults
    if (first && !keepGoing) throw combine([first, ...others], summary)
    for (const fault of faults) await this.reportFault(fault)
  }

  /** A result, on stdout. */
  print(line: string): void {
    this.io.stdout.write(`${line}\n`)
  }

  /** What a change did: on stdout, with a tick on a terminal; silent with `--quiet`. */
  async report(lines: readonly string[]): Promise<void> {
    if (this.#quiet || lines.length === 0) return
    const { stdout } = this.io
    const tick = stdout.isTerminal ? `${(await this.style(stdout)).good('✓')} ` : ''
    writeReport(stdout, lines.map((line) => `${tick}${line}\n`).join(''))
  }

  /** A message for people, on stderr; silent with `--quiet`. */
  note(line: string): void {
    if (!this.#quiet) this.io.stderr.write(`${line}\n`)
  }

  /**
   * Ask before something is lost; `consequence` says what.
   * @throws UsageError naming `--yes`, if nobody can be asked; MicroblogError, if the answer is no.
   */
  async confirm(consequence: string, options: { readonly yes?: boolean }): Promise<void> {
    if (options.yes) return
    if (!this.terminal) throw new UsageError(consequence, 'not running interactively: confirm with --yes')
    const { confirm } = await import('./output/prompt.ts')
    const sentence = consequence.replace(/^./, (letter) => letter.toUpperCase())
    if (!(await confirm(this.terminal, `${sentence}. Continue?`, false))) throw new MicroblogError('cancelled: nothing was changed', 1)
  }
}
