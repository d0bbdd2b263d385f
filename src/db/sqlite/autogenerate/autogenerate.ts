/** The engine of `db migrate`: from what is declared and what the migration files do, the migration that is missing. */

import { RefusedError } from '../../../errors.ts'
import type { GeneratedMigration, Rename } from '../../../migrate/new-file.ts'
import type { SchemaDeclaration } from '../../../models/declare.ts'
import type { Connection, OpenMemory } from '../connection.ts'
import { compareSchemas } from './compare.ts'
import { declaredSchema } from './declared-schema.ts'
import { filler } from './filler.ts'
import { findPlan, type PlanRequest } from './find-plan.ts'
import { losses } from './plan.ts'
import { readSchema } from './read-schema.ts'
import { refusing } from './refusing.ts'
import { inMemory, type MemoryDatabase, run } from './rehearse.ts'
import { checkRenames, findRenameCandidates, renameColumn, renamed, reverse } from './renames.ts'
import type { Snapshot } from './snapshot.ts'

export interface AutogenerateRequest {
  readonly openMemory: OpenMemory
  /** Runs the upgrade section of every migration file, in order, on an empty database. */
  readonly replay: (connection: Connection) => void
  readonly declared: SchemaDeclaration
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
  const renaming = renames.map(renameColumn)
  const from = refusing('the rename is refused by SQLite', () => schemaAfter(memory, renaming))
  const changes = [...renames.map(renamed), ...compareSchemas(from, target)]
  if (changes.length === 0) return undefined

  const upgrade = [...renaming, ...findPlan(memory, { ...upgrading, from, to: target, before: renaming, after: [], expected: target })]
  const unrenaming = renames.map(reverse).reverse().map(renameColumn)
  const back = findPlan(memory, {
    ...downgrading(openMemory),
    from: target,
    to: from,
    before: upgrade,
    after: unrenaming,
    expected: original,
  })
  return { changes, upgrade, downgrade: [...back, ...unrenaming], dropsData: losses(from, target) }
}

/**
 * The drops and adds that may be renames: same table, same definition apart from the name. Every such pair is named, so a column may be
 * in several. To make one a rename, pass it to `autogenerate`; else it is a drop and an add, and the values are gone.
 */
export function findRenames({ openMemory, replay, declared }: Omit<AutogenerateRequest, 'renames'>): Rename[] {
  return findRenameCandidates(schemaAfter({ openMemory, replay }, []), declaredSchema(openMemory, declared))
}

const schemaAfter = ({ openMemory, replay }: MemoryDatabase, statements: readonly string[]): Snapshot =>
  inMemory(openMemory, (connection) => {
    replay(connection)
    run(connection, statements)
    return readSchema(connection)
  })

type Direction = Pick<PlanRequest, 'fill' | 'marksLosses' | 'failure'>

const upgrading: Direction = {
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

const downgrading = (openMemory: OpenMemory): Direction => ({
  fill: (table, column) => inMemory(openMemory, (connection) => filler(connection, table, column)),
  marksLosses: false,
  failure: 'no downgrade was found that leads back to the migration files',
})
