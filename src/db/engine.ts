/** The seam between the program and a database: what every engine offers. Types only; `open-engine.ts` chooses an engine. */
import type { Compilable, Kysely } from 'kysely'
import type { Migration } from '../migrate/files.ts'
import type { MigrationConnection } from '../migrate/migration-connection.ts'
import type { PostSearch } from '../models/post-search.ts'
import type { Database } from '../models/schema.ts'

/** A database that was named and is not open yet. Choosing an engine loads no driver. Every method throws MicroblogErrors only. */
export interface Engine {
  /** As the user named it, for messages. Never a password. */
  readonly name: string
  /** Where that is: an absolute path. */
  readonly place: string
  /** The files that the database consists of. */
  readonly files: readonly string[]
  exists(): Promise<boolean>
  /** Open an existing database. @throws MissingDatabaseError, WrongDatabaseError */
  open(access: 'read' | 'write'): Promise<Session>
  /** Open it for the migrator. `create` makes the database if there is none; `any` accepts one that is not marked as ours. */
  connect(access: 'read' | 'write' | 'create' | 'any'): Promise<MigrationConnection>
  /** An empty database for rehearsals, gone when it is closed. */
  scratch(): Promise<MigrationConnection>
  /** The migration files for this engine, parsed, in order. */
  migrations(): Promise<readonly Migration[]>
  /** Copy the last committed state to a new file, and check the copy. */
  backUp(file: string): Promise<void>
}

/** An open database at the newest migration. A session for reading sees one moment and cannot write. */
export interface Session {
  /** For queries in the subset of SQL that all engines share. */
  readonly db: Kysely<Database>
  readonly migration: MigrationConnection
  /** The rows of a query, in chunks and in flat memory. */
  rows<Row>(query: Compilable<Row>): AsyncIterable<Row[]>
  /** The lines of a query as text, with `separator` between two of them. `most` is an upper bound of how many lines there are. */
  text(query: Compilable<{ line: string }>, separator: string, most: number): AsyncIterable<Uint8Array | string>
  /** Run `work` in one transaction that waits for other writers: all of it or, if it throws or this is a dry run, nothing. */
  change<T>(how: { readonly dryRun?: boolean }, work: (db: Kysely<Database>) => Promise<T>): Promise<T>
  /** Begin an import. What is looked up from now on is checked again if another process changes the database. */
  staging(): Promise<Staging>
  /** Full-text search. No query is an error: what is not in the engine's own syntax is searched for as plain words. */
  search(query: string): Promise<PostSearch>
  close(): Promise<void>
}

/** Rows on their way into the database: first into the temporary table `staged`, which holds no lock, then in one transaction into theirs. */
export interface Staging {
  /** Add rows to `staged`: `values` holds the values of `columns`, row after row. */
  stage(columns: readonly (keyof Database['staged'])[], values: readonly (string | number | null)[]): Promise<void>
  /** Run `insert` in one transaction: all of it or, if it throws or this is a dry run, nothing. */
  load<T>(load: Load<T>): Promise<T>
}

export interface Load<T> {
  readonly table: 'users' | 'posts' | 'followers'
  /** An estimate of how many rows are added. */
  readonly rows: number
  readonly dryRun: boolean
  /** Runs under the lock, before `insert`, if the database has changed since the staging began. */
  readonly recheck: (db: Kysely<Database>) => Promise<void>
  /** Foreign keys are not checked for it, so it must only insert ids that were looked up. */
  readonly insert: (db: Kysely<Database>) => Promise<T>
}
