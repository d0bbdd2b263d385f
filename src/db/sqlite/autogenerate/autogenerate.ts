/** Generates the migration of `db migrate`: from the schema that the migration files create to the declared schema. */

import { RefusedError } from '../../../errors.ts'
import { comment, type GeneratedMigration, type Rename } from '../../../migrate/new-file.ts'
import type { RequestedChanges } from '../../../migrate/requested-changes.ts'
import type { SchemaDeclaration } from '../../../models/declare.ts'
import type { OpenMemory } from '../connection.ts'
import { describeDanglingReferences } from './dangling-references.ts'
import { declaredSchema } from './declared-schema.ts'
import { resolveDrops } from './drops.ts'
import { exampleFill, resolveFills } from './fills.ts'
import { findFillValue } from './find-fill-value.ts'
import { differences, findPlan, type PlanRequest } from './find-plan.ts'
import { describeLosses, drop } from './plan.ts'
import { readSchema } from './read-schema.ts'
import { refusing } from './refusing.ts'
import { inMemory, type MemoryDatabase, runInTransaction } from './rehearse.ts'
import { findRenameCandidates } from './rename-candidates.ts'
import { describeRename, renameStatement, resolveRenames, reverseRenames } from './renames.ts'
import type { Snapshot } from './snapshot.ts'
import { refuseUnworkableChanges } from './unworkable-changes.ts'
import { describeAllValueChanges } from './value-changes.ts'

/** The two schemas to compare: the one that `replay` of the migration files creates, and the declared one. */
interface SchemaComparison extends MemoryDatabase {
  readonly declared: SchemaDeclaration
}

interface AutogenerateRequest extends SchemaComparison, Partial<RequestedChanges> {}

/**
 * Generate the migration from the replayed files to the declared schema; return undefined if there is no difference. Both directions have
 * been run on tables with rows: each produces exactly the expected schema and keeps all rows, values and AUTOINCREMENT numbers of the
 * tables and columns that exist in both schemas.
 * @throws RefusedError, if the declaration is not valid, if a new NOT NULL column has no value for existing rows, or if no such migration
 * is found; UsageError, if a rename, drop or fill does not match the schemas
 */
export function autogenerate(request: AutogenerateRequest): GeneratedMigration | undefined {
  const { openMemory } = request
  const comparison = compareWithRenames(request)
  const { original, target, renames, from } = comparison
  const fills = resolveFills(openMemory, request.fills ?? [], comparison)
  refuseUnworkableChanges(openMemory, from, target, fills)
  const changes = [...renames.map(describeRename), ...differences(from, target)]
  if (changes.length === 0) return undefined

  const upgrade = findPlan(request, { ...upgradeOptions(openMemory), from, to: target, renames, fills, before: [] })
  const back = reverseRenames(renames)
  const renamedBack = schemaAfterRenames(request, upgrade, target, back)
  const options = downgradeOptions(openMemory)
  const downgrade = findPlan(request, { ...options, from: renamedBack, to: original, renames: back, fills: [], before: upgrade })
  const stops = describeDanglingReferences(request, target, [], upgrade)
  const stopsBack = describeDanglingReferences(request, original, upgrade, downgrade)
  return {
    changes,
    upgrade: withComments(stops, upgrade),
    downgrade: withComments(stopsBack, downgrade),
    dropsData: describeLosses(from, target),
    remarks: [
      ...describeAllValueChanges(from, target, fills),
      ...stops.map((stop) => `the upgrade ${stop}`),
      ...stopsBack.map((stop) => `the downgrade ${stop}`),
    ],
  }
}

/** The comments go before the first statement. */
const withComments = (comments: readonly string[], statements: readonly string[]): string[] =>
  statements.map((statement, i) => (i === 0 ? [...comments.map(comment), statement].join('\n') : statement))

/**
 * Find possible renames: pairs of a removed and an added table, or column of one table, with the same definition apart from the name. A
 * name can be in several pairs. Unless a pair is passed to `autogenerate` as a rename, the old one is dropped with its values. Pairs with
 * a name of a requested rename or drop are left out.
 */
export function findRenames(request: AutogenerateRequest): Rename[] {
  const { from, target, drops } = compareWithRenames(request)
  return findRenameCandidates(from, target, drops)
}

function compareWithRenames({ openMemory, replay, declared, renames: requested = [], drops = [] }: AutogenerateRequest) {
  const memory = { openMemory, replay }
  const target = declaredSchema(openMemory, declared)
  const original = schemaAfter(memory, [])
  const renames = resolveRenames(requested, original, target)
  const from = schemaAfterRenames(memory, [], original, renames)
  return { original, target, renames, from, drops: resolveDrops(drops, renames, original, target) }
}

/** The schema after the statements `before` and the renames. `start` is the schema between them. */
function schemaAfterRenames(memory: MemoryDatabase, before: readonly string[], start: Snapshot, renames: readonly Rename[]): Snapshot {
  if (renames.length === 0) return start
  const statements = renames.map(renameStatement)
  try {
    return schemaAfter(memory, [...before, ...statements])
  } catch {
    // SQLite refuses a rename that would break a trigger or view. The plan drops these first and creates them again.
    const drops = [...start.triggers.map((trigger) => drop('TRIGGER', trigger)), ...start.views.map((view) => drop('VIEW', view))]
    const { tables, virtualTables } = refusing('SQLite refuses the rename', () => schemaAfter(memory, [...before, ...drops, ...statements]))
    return { ...start, tables, virtualTables }
  }
}

const schemaAfter = ({ openMemory, replay }: MemoryDatabase, statements: readonly string[]): Snapshot =>
  inMemory(openMemory, (connection) => {
    replay(connection)
    runInTransaction(connection, statements)
    return readSchema(connection)
  })

/** The options of a PlanRequest that depend on the direction. */
type DirectionOptions = Pick<PlanRequest, 'findValue' | 'marksLosses' | 'failure'>

const upgradeOptions = (openMemory: OpenMemory): DirectionOptions => ({
  findValue: (table, column) => {
    throw new RefusedError(
      `'${table.name}.${column.name}' is new and NOT NULL, and has no default: existing rows would have no value`,
      `give them a value once, for example  ${exampleFill(openMemory, table, column)}\n` +
        'or give it a default in the declaration, .default(…), or leave out .notNull()\n' +
        `or, if it is a renamed column:  --rename ${table.name}.<old>:${column.name}`,
    )
  },
  marksLosses: true,
  failure: 'no upgrade to the declared schema was found',
})

const downgradeOptions = (openMemory: OpenMemory): DirectionOptions => ({
  findValue: (table, column) => inMemory(openMemory, (connection) => findFillValue(connection, table, column)),
  marksLosses: false,
  failure: 'no downgrade to the schema of the migration files was found',
})
