/** What a command needs of the world, each part made when it is first asked for, all of it closed at the end. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { databasePath, upgradeCall } from './config.ts'
import type { Handle } from './db/sqlite/addon.ts'
import type { Connection, OpenMemory } from './db/sqlite/connection.ts'
import type { MigrationConnection } from './db/sqlite/migration.ts'
import type { Access } from './db/sqlite/open.ts'
import type { Store } from './db/sqlite/session.ts'
import { combine, DatabaseError, MicroblogError, UsageError } from './errors.ts'
import { type Io, type Output, writeReport } from './output/io.ts'
import { printError } from './output/print-error.ts'
import { type ColorChoice, isColored, loadStyle, type Style } from './output/style.ts'

/** The options that every command has, before or after its name. */
export interface GlobalOptions {
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
  readonly #upgrade: (context: Context) => Promise<unknown>
  readonly #opened: { close(): void }[] = []

  /** `upgrade` is `db upgrade`, which a person at a terminal is offered where the database is missing or behind. */
  constructor(io: Io, migrations: string, upgrade: (context: Context) => Promise<unknown>) {
    this.io = io
    this.migrations = migrations
    this.#upgrade = upgrade
  }

  configure(options: GlobalOptions & { readonly quiet?: boolean }): void {
    this.#options = options
    this.#quiet = options.quiet === true
  }

  /** The database as the user named it. */
  get path(): string {
    return databasePath(this.#options.db, this.io.env.MICROBLOG_DB)
  }

  /** The place of the database, unless `option` names another one: an absolute path, and so none of SQLite's special names (`:memory:`). */
  fileOf(option?: string): string {
    return resolve(databasePath(option ?? this.#options.db, this.io.env.MICROBLOG_DB))
  }

  get exists(): boolean {
    return existsSync(this.fileOf())
  }

  /** Only a person at a terminal is asked anything. */
  get terminal(): Io['terminal'] {
    return this.#options.input === false ? undefined : this.io.terminal
  }

  style(output: Output): Promise<Style> {
    return loadStyle(isColored(this.#options.color ?? 'auto', this.io.env, output))
  }

  /** Say what is wrong with one of many, and go on: the exit code will be 1. */
  async fault(error: MicroblogError): Promise<void> {
    this.exitCode = 1
    await printError(this, error)
  }

  /** With `keepGoing` print the faults and go on; without, throw them as one error, whose first line is `summary`. */
  async settle(faults: readonly MicroblogError[], keepGoing: boolean | undefined, summary: (count: number) => string): Promise<void> {
    const [first, ...others] = faults
    if (first && !keepGoing) throw combine([first, ...others], summary)
    for (const fault of faults) await this.fault(fault)
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
   * The database, open and at the newest migration. A reader cannot write.
   * @throws DatabaseError, if it is missing, behind or ahead, unless a person at a terminal agrees to have that mended.
   */
  async database(access: 'read' | 'write' = 'read'): Promise<Store> {
    const { MissingDatabaseError } = await import('./db/sqlite/open.ts')
    const { Store } = await import('./db/sqlite/session.ts')
    const { migrationConnection } = await import('./db/sqlite/migration.ts')
    const open = () => this.#open(access)
    let handle = await open().catch(async (error: unknown) => {
      if (!(error instanceof MissingDatabaseError)) throw error
      await this.#offerUpgrade(error)
      return open()
    })
    const behind = await this.#behind(migrationConnection(handle))
    if (behind) {
      await this.#offerUpgrade(behind)
      handle.close()
      handle = await open()
    }
    return new Store(handle)
  }

  /** @throws MissingDatabaseError, with the command that makes the database. */
  async #open(use: 'create' | Access): Promise<Handle> {
    const { createDatabase, MissingDatabaseError, openDatabase } = await import('./db/sqlite/open.ts')
    try {
      const handle = use === 'create' ? createDatabase(this.fileOf()) : openDatabase(this.fileOf(), use)
      this.#opened.push(handle)
      return handle
    } catch (error) {
      if (!(error instanceof MissingDatabaseError)) throw error
      throw new MissingDatabaseError(this.path, { isEmpty: error.isEmpty, call: upgradeCall(this.#options.db) })
    }
  }

  async #behind(connection: Connection): Promise<DatabaseError | undefined> {
    const { listMigrations } = await import('./migrate/folder.ts')
    const { pendingAfter, readApplied } = await import('./migrate/history.ts')
    const files = listMigrations(this.migrations)
    const applied = readApplied(connection)
    if (pendingAfter(files, applied).length === 0) return undefined
    return new DatabaseError(
      `the database ${this.path} is behind: it is at ${applied.at(-1)?.id ?? '(empty)'}, this program needs ${files.at(-1)?.id}`,
      `bring it up to date:  ${upgradeCall(this.#options.db)}`,
    )
  }

  async #offerUpgrade(fault: DatabaseError): Promise<void> {
    if (!this.terminal) throw fault
    const { confirm } = await import('./output/prompt.ts')
    const question = fault.message.replace(/^./, (letter) => letter.toUpperCase())
    if (!(await confirm(this.terminal, `${question}. Run db upgrade now?`, true))) throw fault
    await this.#upgrade(this)
  }

  /** Opens databases that are nowhere on disk, for the migrator to try things out in. */
  async memory(): Promise<OpenMemory> {
    const { openMemory } = await import('./db/sqlite/open.ts')
    const { migrationConnection } = await import('./db/sqlite/migration.ts')
    return () => migrationConnection(openMemory())
  }

  /** A connection for the migrator. `create` makes the file if there is none, `adopt` takes any SQLite file, of whatever program. */
  async connection(use: 'create' | Access): Promise<MigrationConnection> {
    const { migrationConnection } = await import('./db/sqlite/migration.ts')
    return migrationConnection(await this.#open(use))
  }

  /**
   * Ask before something is lost, which `consequence` says in words.
   * @throws UsageError naming `--yes`, if nobody can be asked; MicroblogError, if the answer is no.
   */
  async confirm(consequence: string, options: { readonly yes?: boolean }): Promise<void> {
    if (options.yes) return
    if (!this.terminal) throw new UsageError(consequence, 'nobody is there to ask: if that is meant, say --yes')
    const { confirm } = await import('./output/prompt.ts')
    const sentence = consequence.replace(/^./, (letter) => letter.toUpperCase())
    if (!(await confirm(this.terminal, `${sentence}. Go on?`, false))) throw new MicroblogError('cancelled: nothing was changed', 1)
  }

  close(): void {
    for (const opened of this.#opened.splice(0)) opened.close()
  }
}
