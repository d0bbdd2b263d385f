/** Generates the migration of `db migrate`: from the schema that the migration files create to the declared schema. */

import { RefusedError } from '../../../errors.ts'
import type { GeneratedMigration, Rename } from '../../../migrate/new-file.ts'
import type { SchemaDeclaration } from '../../../models/declare.ts'
import type { OpenMemory } from '../connection.ts'
import { compareSchemas } from './compare.ts'
import { declaredSchema } from './declared-schema.ts'
import { findFillValue } from './filler.ts'
import { findPlan } from './find-plan.ts'
import { describeLosses, type PlanOptions } from './plan.ts'
import { readSchema } from './read-schema.ts'
import { refusing } from './refusing.ts'
import { inMemory, type MemoryDatabase, runInTransaction } from './rehearse.ts'
import { checkRenames, findRenameCandidates, renameChange, renameColumn, reverse } from './renames.ts'
import type { Snapshot } from './snapshot.ts'

/** The two schemas to compare: the one that `replay` of the migration files creates, and the declared one. */
interface SchemaComparison extends MemoryDatabase {
  readonly declared: SchemaDeclaration
}

interface AutogenerateRequest extends SchemaComparison {
  /** Columns to rename instead of dropping the old and adding the new one. */
  readonly renames?: readonly Rename[]
}

/**
 * Generate the migration from the replayed files to the declared schema; return undefined if there is no difference. Both directions have
 * been run on tables with rows: each produces exactly the expected schema and keeps all rows, values and AUTOINCREMENT numbers of the
 * tables and columns that exist in both schemas.
 * @throws RefusedError, if the declaration is not valid, if a new NOT NULL column has no default, or if no such migration is found
 * @throws UsageError, if a rename does not match a removed and an added column
 */
export function autogenerate({ openMemory, replay, declared, renames = [] }: AutogenerateRequest): GeneratedMigration | undefined {
  const memory: MemoryDatabase = { openMemory, replay }
  const target = declaredSchema(openMemory, declared)
  const original = schemaAfter(memory, [])
  checkRenames(renames, original, target)
  const renameStatements = renames.map(renameColumn)
  const from = refusing('SQLite refuses the rename', () => schemaAfter(memory, renameStatements))
  const changes = [...renames.map(renameChange), ...compareSchemas(from, target)]
  if (changes.length === 0) return undefined

  const upgrade = [
    ...renameStatements,
    ...findPlan(memory, { ...upgradeOptions, from, to: target, before: renameStatements, after: [], expected: target }),
  ]
  const reverseRenameStatements = renames.map(reverse).reverse().map(renameColumn)
  const downgrade = findPlan(memory, {
    ...downgradeOptions(openMemory),
    from: target,
    to: from,
    before: upgrade,
    after: reverseRenameStatements,
    expected: original,
  })
  return { changes, upgrade, downgrade: [...downgrade, ...reverseRenameStatements], dropsData: describeLosses(from, target) }
}

/**
 * Find possible renames: pairs of a removed and an added column of one table with the same definition apart from the name. A column can
 * be in several pairs. Unless a pair is passed to `autogenerate` as a rename, the old column is dropped with its values.
 */
export function findRenames({ openMemory, replay, declared }: SchemaComparison): Rename[] {
  return findRenameCandidates(schemaAfter({ openMemory, replay }, []), declaredSchema(openMemory, declared))
}

const schemaAfter = ({ openMemory, replay }: MemoryDatabase, statements: readonly string[]): Snapshot =>
  inMemory(openMemory, (connection) => {
    replay(connection)
    runInTransaction(connection, statements)
    return readSchema(connection)
  })

/** The options of a PlanRequest that depend on the direction. */
interface DirectionOptions extends PlanOptions {
  readonly failure: string
}

const upgradeOptions: DirectionOptions = {
  fill: (table, column) => {
    throw new RefusedError(
      `'${table.name}.${column.name}' is new and NOT NULL, and has no default: existing rows would have no value`,
      'give it a default in the declaration, .default(…), or leave out .notNull()\n' +
        `or, if it is a renamed column:  --rename ${table.name}.<old>:${column.name}`,
    )
  },
  marksLosses: true,
  failure: 'no upgrade to the declared schema was found',
}

const downgradeOptions = (openMemory: OpenMemory): DirectionOptions => ({
  fill: (table, column) => inMemory(openMemory, (connection) => findFillValue(connection, table, column)),
  marksLosses: false,
  failure: 'no downgrade to the schema of the migration files was found',
})
