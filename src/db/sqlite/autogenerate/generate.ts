/** Compares the migration files with the declared schema or a database, for `db migrate` and `db check`. */
import { MicroblogError } from '../../../errors.ts'
import type { Migration } from '../../../migrate/files.ts'
import type { GeneratedMigration, Rename } from '../../../migrate/new-file.ts'
import type { RequestedChanges } from '../../../migrate/requested-changes.ts'
import type { SchemaDeclaration } from '../../../models/declare.ts'
import { schema } from '../../../models/schema.ts'
import { type Connection, connectionOf } from '../connection.ts'
import { openMemory } from '../open.ts'
import { replay } from '../replay.ts'
import { autogenerate, findRenames } from './autogenerate.ts'
import { checkReadable } from './check-readable.ts'
import { compareSchemas } from './compare.ts'
import { declaredSchema } from './declared-schema.ts'
import { differences } from './find-plan.ts'
import { readSchema } from './read-schema.ts'
import { inMemory, type MemoryDatabase } from './rehearse.ts'
import type { Snapshot } from './snapshot.ts'

interface GenerateRequest extends RequestedChanges {
  readonly files: readonly Migration[]
  readonly declared: SchemaDeclaration
}

const openMemoryConnection = (): Connection => connectionOf(openMemory())

const memoryDatabase = (files: readonly Migration[]): MemoryDatabase => ({
  openMemory: openMemoryConnection,
  replay: (connection) => replay(connection, files),
})

/** Generate the migration from the files to the declared schema; undefined if there is no difference. */
export function generateMigration({ files, ...request }: GenerateRequest): GeneratedMigration | undefined {
  const migration = autogenerate({ ...memoryDatabase(files), ...request })
  if (migration) checkReadable(migration)
  return migration
}

/** Find pairs of a removed and an added table or column with the same definition, which may be renames. */
export const findPossibleRenames = ({ files, ...request }: GenerateRequest): Rename[] =>
  findRenames({ ...memoryDatabase(files), ...request })

/** Describe each declared change that no migration file makes. @throws MicroblogError, if a file does not run */
export const findMissing = (files: readonly Migration[]): string[] =>
  differences(schemaOf(files), declaredSchema(openMemoryConnection, schema))

/** Describe each difference between the schema that `files` create and the schema of the database. */
export const drift = (connection: Connection, files: readonly Migration[]): string[] =>
  compareSchemas(schemaOf(files), readSchema(connection))

const schemaOf = (files: readonly Migration[]): Snapshot =>
  inMemory(openMemoryConnection, (connection) => {
    replay(connection, files)
    return readSchema(connection)
  })

/** A sentence for each difference between the schemas that two lists of files create; the error if one of them does not run. */
export function compareOrders(one: readonly Migration[], other: readonly Migration[]): string[] {
  try {
    return compareSchemas(schemaOf(one), schemaOf(other))
  } catch (error) {
    if (error instanceof MicroblogError) return [error.message]
    throw error
  }
}
