/** The interface that every database engine implements. Types only; `open-engine.ts` chooses an engine. */
import type { Compilable, Kysely } from 'kysely'
import type { Migration } from '../migrate/files.ts'
import type { AppliedMigration } from '../migrate/history.ts'
import type { MigrationConnection } from '../migrate/migration-connection.ts'
import type { PostSearch } from '../models/post-search.ts'
import type { Database } from '../models/schema.ts'

/** `create` creates a missing database. `write-unmarked` also accepts a database that is not marked as microblog's. */
export type MigrationAccess = 'read' | 'write' | 'create' | 'write-unmarked'

/** Throws if the applied migrations, oldest first, are not those that the program needs. */
export type CheckHistory = (applied: readonly AppliedMigration[]) => void

/** A named database that is not open yet. Creating an Engine loads no driver. */
export interface Engine {
  /** The name that the user gave, for messages. Never contains a password. */
  readonly name: string
  /** Where it is: an absolute path, or a URL without a password. */
  readonly path: string
  /** The files that the database consists of; none on a server. */
  readonly files: readonly string[]
  /** Whether there is a database. An empty file is none. */
  exists(): Promise<boolean>
  /**
   * Open an existing database. `check` runs now and again at the start of each change, because another process may have migrated in
   * between. @throws MissingDatabaseError, WrongDatabaseError
   */
  open(access: 'read' | 'write', check?: CheckHistory): Promise<Session>
  /** Open the database for the migrator. */
  connect(access: MigrationAccess): Promise<MigrationConnection>
  /** Create an empty temporary database, to try migrations on. Closing it deletes it. */
  scratch(): Promise<MigrationConnection>
  /** Convert an error of the driver to one of the program's. Any other error is returned as it is. */
  explain(error: unknown): unknown
  /** The folder of this engine's migration files. */
  readonly migrationFolder: string
  /** Read the migration files for this engine, in order. Those that are `applied` as they are, are parsed only if they run again. */
  migrations(applied?: readonly AppliedMigration[]): Promise<readonly Migration[]>
  /** A sentence for each declared change that none of these files makes. @throws MicroblogError, if a file does not run */
  findMissing(files: readonly Migration[]): Promise<readonly string[]>
  /** Copy the last committed state to a new file and check the copy. @throws UsageError that names the engine's own program for it */
  backUp(file: string): Promise<void>
}

/**
 * An open database at the newest migration. A session opened with `read` reads from one snapshot and cannot write. Its methods may throw
 * errors of the driver: see `Engine.explain`.
 */
export interface Session {
  /** For queries in the subset of SQL that all engines share. */
  readonly db: Kysely<Database>
  /** The query as a statement for the engine's own shell, with its parameters as literals. */
  sqlText(query: Compilable<unknown>): string
  /** Run a query and yield its rows in chunks, in constant memory. */
  rows<Row>(query: Compilable<Row>): AsyncIterable<Row[]>
  /** Run a query and yield its lines as text, joined by `separator`. `countMost` gives an upper bound of the lines, if an engine asks. */
  text(query: Compilable<{ line: string }>, separator: string, countMost: () => Promise<number>): AsyncIterable<Uint8Array | string>
  /** Wait for other writers, then run `work` in one transaction. Roll back if it throws or in a dry run. */
  change<T>(how: { readonly dryRun?: boolean }, work: (db: Kysely<Database>) => Promise<T>): Promise<T>
  /** Begin an import. If another process changes the database from now on, `load` calls `recheck`. */
  staging(): Promise<Staging>
  /** The highest ids that were ever given. */
  lastIds(): Promise<LastIds>
  /** Never give these ids or lower ones. Call it in `change`. */
  reserveIds(last: LastIds): Promise<void>
  /** Full-text search. A query that is not valid in the engine's syntax is not an error: its words are searched for. */
  search(query: string): Promise<PostSearch>
  close(): Promise<void>
}

/** 0 where none was given. */
export type LastIds = Readonly<Record<'users' | 'posts', number>>

/** An import: rows are first added to the temporary table `staged`, which takes no lock, then inserted in one transaction. */
export interface Staging {
  /** Add rows to `staged`. `values` is flat: the values of `columns` for the first row, then for the second, and so on. */
  stage(columns: readonly (keyof Database['staged'])[], values: readonly (string | number | null)[]): Promise<void>
  /** Run `load.insert` in one transaction. Roll back if it throws or in a dry run. */
  load<T>(load: Load<T>): Promise<T>
}

export interface Load<T> {
  readonly table: 'users' | 'posts' | 'followers'
  /** The estimated number of added rows. */
  readonly rows: number
  readonly dryRun: boolean
  /** Runs in the transaction before `insert` if another process has changed the database since the staging began. */
  readonly recheck: (db: Kysely<Database>) => Promise<void>
  /** Runs without foreign key checks, so it must insert only ids that were looked up. */
  readonly insert: (db: Kysely<Database>) => Promise<T>
}
