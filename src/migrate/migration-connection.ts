/** What the migrator needs of a database; every engine implements it. Types only. */
import type { Migration, Statement } from './files.ts'
import type { AppliedMigration } from './history.ts'
import type { Loss, Step } from './step.ts'

/** All that the migrator needs of a database. Files, targets, order and words are the migrator's own. */
export interface MigrationConnection {
  /** The applied migrations, oldest first. */
  history(): Promise<AppliedMigration[]>
  record(migration: AppliedMigration): Promise<void>
  forget(id: string): Promise<void>
  /** Whether there are no tables but the migrator's own. */
  isEmpty(): Promise<boolean>
  /** Run one statement of a migration. @throws RefusedError, if the statement is wrong or a row does not fit it. */
  run(statement: string): Promise<void>
  /** Run `work`, which only reads, on a snapshot: another process may be migrating at the same time. */
  read<T>(work: () => Promise<T>): Promise<T>
  /** Run `work` in one transaction that holds the write lock from its beginning, with foreign keys not enforced. */
  locked<T>(end: 'commit' | 'roll back', work: () => Promise<T>): Promise<T>
  /** The non-empty tables that `statements` drop, rebuild, drop a column from, delete from or rewrite, by their names of now. */
  rowsInDanger(statements: readonly Statement[]): Promise<Loss[]>
  /** Count all rows and values. The function returned counts again, after `statements` have run, and returns what is gone. */
  countLosses(): Promise<(statements: readonly Statement[]) => Promise<Loss[]>>
  /** How often each dangling reference occurs, by its description. */
  foreignKeyFaults(): Promise<ReadonlyMap<string, number>>
  integrityFaults(): Promise<readonly string[]>
  /** The differences between the schema that `files` make and that of this database, a sentence each. */
  drift(files: readonly Migration[]): Promise<readonly string[]>
  /** The statements that make the same schema in an empty database. */
  schema(): Promise<readonly string[]>
  /** The steps as a script for the engine's own shell, all or nothing. `isNew` is for a database that does not exist yet. */
  script(steps: readonly Step[], isNew: boolean): string
  /** Make a backup beside the database, under the lock. */
  backUp(): Promise<Backup>
  /** Mark a database that was made by other means as ours. */
  claim(): Promise<void>
  close(): Promise<void>
}

/** A backup made before a migration. */
export interface Backup {
  readonly file: string
  /** Remove it again: the migration was rolled back. */
  discard(): void
  /** Remove all backups but the newest: the migration is committed. */
  settle(): void
}
