/** The interface between the migrator and an engine. Types only. */
import type { Migration, Statement } from './files.ts'
import type { AppliedMigration } from './history.ts'
import type { Loss, RunPlan } from './step.ts'

/** A connection for migrations. Each engine implements it; files, targets, order and messages are handled by the migrator. */
export interface MigrationConnection {
  /** The applied migrations, oldest first. */
  history(): Promise<AppliedMigration[]>
  record(migration: AppliedMigration): Promise<void>
  forget(id: string): Promise<void>
  /** Whether there are no tables except the migrator's. */
  isEmpty(): Promise<boolean>
  /** Run one statement of a migration. @throws RefusedError, if the statement is invalid or a row violates a constraint */
  run(statement: string): Promise<void>
  /** Run `work`, which only reads, on one snapshot: another process may be migrating at the same time. */
  read<T>(work: () => Promise<T>): Promise<T>
  /** Run `work` in one transaction that takes the write lock at its start and does not enforce foreign keys. */
  locked<T>(end: 'commit' | 'roll back', work: () => Promise<T>): Promise<T>
  /** The non-empty tables that `statements` drop, rebuild, drop a column from, delete from or rewrite, under their current names. */
  rowsInDanger(statements: readonly Statement[]): Promise<Loss[]>
  /** Count all rows and values. Call the returned function after `statements` have run: it counts again and returns the losses. */
  countLosses(): Promise<(statements: readonly Statement[]) => Promise<Loss[]>>
  /** Dangling references and foreign keys that do not fit their parent, by a description of each. */
  foreignKeyFaults(): Promise<ReadonlyMap<string, ForeignKeyFault>>
  integrityFaults(): Promise<readonly string[]>
  /** A sentence for each setting stored in the database that another tool has changed. The next change sets it again. */
  settingFaults(): Promise<readonly string[]>
  /** The triggers, views, defaults and CHECKs that fail when they are used, a sentence each. */
  compileFaults(): Promise<readonly string[]>
  /** The search indexes that do not match their tables, a sentence each; all, or those that `statements` name. Call it in `locked`. */
  searchFaults(statements?: readonly Statement[]): Promise<readonly string[]>
  /** A sentence for each failure when each file is applied, undone and applied again. Only for a scratch database. */
  replayFaults(files: readonly Migration[]): Promise<readonly string[]>
  /** The differences between the schema that `files` create and that of this database, a sentence each. */
  drift(files: readonly Migration[]): Promise<readonly string[]>
  /** The differences between the schemas that two lists of files create, a sentence each. */
  compareOrders(one: readonly Migration[], other: readonly Migration[]): Promise<readonly string[]>
  /** The statements that create the same schema in an empty database. */
  schema(): Promise<readonly string[]>
  /** The run as a script for the engine's own shell, in one transaction. `isNew` means that the database does not exist yet. */
  script(plan: RunPlan, isNew: boolean): Promise<Script>
  /** Make a backup beside the database, under the lock. */
  backUp(): Promise<Backup>
  /** Mark a database that was created by other means as a microblog database. */
  markAsOurs(): Promise<void>
  close(): Promise<void>
}

export interface Script {
  readonly sql: string
  /** The command line that runs it, and why. */
  readonly howToRun: string
}

/** A fault of a foreign key, and how often it occurs. */
export interface ForeignKeyFault {
  readonly count: number
  /** Finds the rows that refer to nothing; undefined if the key itself is at fault. */
  readonly query: string | undefined
}

/** A backup made before a migration. */
export interface Backup {
  readonly file: string
  /** Delete it after the migration was rolled back. */
  discard(): Promise<void>
  /** Delete older backups after the migration was committed. The newest few are kept. */
  prune(): Promise<void>
}
