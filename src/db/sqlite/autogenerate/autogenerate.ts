/** The engine of `db migrate`: from what is declared and what the migration files do, the migration that is missing. */

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
export interface SchemaComparison extends MemoryDatabase {
  readonly declared: SchemaDeclaration
}

export interface AutogenerateRequest extends SchemaComparison {
  /** Columns that are to be renamed instead of dropped and added. */
  readonly renames?: readonly Rename[]
}

/**
 * The migration from the replayed files to the declared schema, or undefined when there is no difference. Both directions have been
 * run on filled tables: they arrive at the exact schema and keep every row, child row and AUTOINCREMENT number that stays declared.
 * Throws a RefusedError when the declaration is not valid, when a new NOT NULL column has no default, or when no such migration is
 * found, and a UsageError for a rename that does not fit.
 */
export function autogenerate({ openMemory, replay, declared, renames = [] }: AutogenerateRequest): GeneratedMigration | undefined {
  const memory: MemoryDatabase = { openMemory, replay }
  const target = declaredSchema(openMemory, declared)
  const original = schemaAfter(memory, [])
  checkRenames(renames, original, target)
  const renameStatements = renames.map(renameColumn)
  const from = refusing('the rename is refused by SQLite', () => schemaAfter(memory, renameStatements))
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
 * The drops and adds that may be renames: same table, same definition apart from the name. Every such pair is named, so a column may be
 * in several. To make one a rename, pass it to `autogenerate`; else it is a drop and an add, and the values are gone.
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
      `'${table.name}.${column.name}' is new and NOT NULL, and has no default: the rows that are already there would have no value`,
      'give it a default in the declaration, .default(…), or leave out .notNull()\n' +
        `or, if it is an old column under a new name:  --rename ${table.name}.<old>:${column.name}`,
    )
  },
  marksLosses: true,
  failure: 'no upgrade was found that arrives at the declared schema',
}

const downgradeOptions = (openMemory: OpenMemory): DirectionOptions => ({
  fill: (table, column) => inMemory(openMemory, (connection) => findFillValue(connection, table, column)),
  marksLosses: false,
  failure: 'no downgrade was found that leads back to the migration files',
})
