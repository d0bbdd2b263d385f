/** What `db migrate` and `db check` ask of the migration files and the declared schema, tried out in memory. */
import type { Migration } from '../../../migrate/files.ts'
import type { GeneratedMigration, Rename } from '../../../migrate/new-file.ts'
import type { SchemaDeclaration } from '../../../models/declare.ts'
import { type Connection, connectionOf } from '../connection.ts'
import { openMemory } from '../open.ts'
import { replay } from '../replay.ts'
import { autogenerate, findRenames } from './autogenerate.ts'
import { compareSchemas } from './compare.ts'
import { declaredSchema } from './declared-schema.ts'
import { readSchema } from './read-schema.ts'
import { inMemory } from './rehearse.ts'
import type { Snapshot } from './snapshot.ts'

interface Request {
  readonly files: readonly Migration[]
  readonly declared: SchemaDeclaration
}

const memory = (): Connection => connectionOf(openMemory())

const startFrom = (files: readonly Migration[]) => ({ openMemory: memory, replay: (connection: Connection) => replay(connection, files) })

/** The migration from the files to the declared schema; undefined, if there is no difference. */
export const generateMigration = ({ files, declared, renames }: Request & { readonly renames: readonly Rename[] }) =>
  autogenerate({ ...startFrom(files), declared, renames }) satisfies GeneratedMigration | undefined

/** The dropped and added columns that look alike, and so may be renames. */
export const findPossibleRenames = ({ files, declared }: Request): Rename[] => findRenames({ ...startFrom(files), declared })

/** The declared changes that no file makes, a sentence each. @throws RefusedError, if the files do not run. */
export const findMissing = ({ files, declared }: Request): string[] => sentences(schemaOf(files), declaredSchema(memory, declared))

/** The differences between the schema that `files` make and that of the database, a sentence each. */
export const drift = (connection: Connection, files: readonly Migration[]): string[] => sentences(schemaOf(files), readSchema(connection))

const sentences = (from: Snapshot, to: Snapshot): string[] => compareSchemas(from, to).map(({ sentence }) => sentence)

const schemaOf = (files: readonly Migration[]): Snapshot =>
  inMemory(memory, (connection) => {
    replay(connection, files)
    return readSchema(connection)
  })
