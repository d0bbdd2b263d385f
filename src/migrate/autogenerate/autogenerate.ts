/** The engine of `db migrate`: from what is declared and what the migration files do, the migration that is missing. */
import type { SchemaDeclaration } from '../../declare.ts'
import { RefusedError } from '../../errors.ts'
import type { Connection, OpenMemory } from '../connection.ts'
import { type Change, compareSchemas, compareTables } from './compare.ts'
import { filler } from './filler.ts'
import { losses } from './losses.ts'
import { match } from './match.ts'
import { fold } from './names.ts'
import { plan, type Route } from './plan.ts'
import type { Fill } from './rebuild.ts'
import { inMemory, type Performance, rehearse, run, type Stage } from './rehearse.ts'
import { checkRenames, findRenameCandidates, type Rename, renameColumn, renamed, reverse } from './renames.ts'
import { renderSchema } from './render-schema.ts'
import type { Schema } from './schema.ts'
import { snapshot } from './snapshot.ts'

export interface AutogenerateRequest {
  readonly openMemory: OpenMemory
  /** Runs the upgrade section of every migration file, in order, on an empty database. */
  readonly replay: (connection: Connection) => void
  readonly declared: SchemaDeclaration
  /** Columns that are to be renamed instead of dropped and added. */
  readonly renames?: readonly Rename[]
}

export interface GeneratedMigration {
  readonly changes: readonly Change[]
  /** Statements without their semicolons, some led by comment lines. */
  readonly upgrade: readonly string[]
  readonly downgrade: readonly string[]
  /** What the upgrade destroys, in words: `every value of 'posts.title'`. */
  readonly dropsData: readonly string[]
}

/**
 * The migration from the replayed files to the declared schema, or undefined when there is no difference. Both directions have been
 * run on filled tables: they arrive at the exact schema and keep every row, child row and AUTOINCREMENT number that stays declared.
 * Throws a RefusedError when the declaration is not valid, when a new NOT NULL column has no default, or when no such migration is
 * found, and a UsageError for a rename that does not fit.
 */
export function autogenerate({ openMemory, replay, declared, renames = [] }: AutogenerateRequest): GeneratedMigration | undefined {
  const stage: Stage = { openMemory, replay }
  const target = declaredSchema(openMemory, declared)
  const original = schemaAfter(stage, [])
  checkRenames(renames, original, target)
  const renaming = renames.map(renameColumn)
  const from = refusing('the rename is refused by SQLite', () => schemaAfter(stage, renaming))
  const changes = [...renames.map(renamed), ...compareSchemas(from, target)]
  if (changes.length === 0) return undefined

  const there = findPlan(
    stage,
    { from, to: target, fill: refuseToFill, marksLosses: true },
    { before: renaming, after: [], arrival: target },
  )
  const upgrade = [...renaming, ...there]
  const unrenaming = renames.map(reverse).reverse().map(renameColumn)
  const fill: Fill = (table, column) => inMemory(openMemory, (connection) => filler(connection, table, column))
  const back = findPlan(
    stage,
    { from: target, to: from, fill, marksLosses: false },
    { before: upgrade, after: unrenaming, arrival: original },
  )
  return { changes, upgrade, downgrade: [...back, ...unrenaming], dropsData: losses(from, target) }
}

/**
 * The drops and adds that may be renames: same table, same definition apart from the name. Every such pair is named, so a column may be
 * in several. To make one a rename, pass it to `autogenerate`; else it is a drop and an add, and the values are gone.
 */
export function renameCandidates({ openMemory, replay, declared }: Omit<AutogenerateRequest, 'renames'>): Rename[] {
  return findRenameCandidates(schemaAfter({ openMemory, replay }, []), declaredSchema(openMemory, declared))
}

/** The schema that a declaration makes. Throws a RefusedError if SQLite does not accept it. */
export function declaredSchema(openMemory: OpenMemory, declared: SchemaDeclaration): Schema {
  return inMemory(openMemory, (connection) => {
    for (const statement of renderSchema(declared)) {
      refusing('the declared schema is not valid', () => connection.exec(statement), statement)
    }
    refusing('the declared schema is not valid', () => checkReferences(connection))
    return snapshot(connection)
  })
}

/** CREATE does not look whether what a foreign key, view or trigger refers to is there; foreign_key_check and any rename do. */
function checkReferences(connection: Connection): void {
  connection.all('PRAGMA foreign_key_check')
  connection.exec('CREATE TABLE schema_migrations (a); ALTER TABLE schema_migrations RENAME COLUMN a TO b; DROP TABLE schema_migrations')
}

const schemaAfter = ({ openMemory, replay }: Stage, statements: readonly string[]): Schema =>
  inMemory(openMemory, (connection) => {
    replay(connection)
    run(connection, statements)
    return snapshot(connection)
  })

const refuseToFill: Fill = (table, column) => {
  throw new RefusedError(
    `'${table.name}.${column.name}' is new and NOT NULL, and has no default: the rows that are already there would have no value`,
    `give it a default in the declaration, .default(…), or leave out .notNull(); an old column under a new name:  --rename ${table.name}.<old>:${column.name}`,
  )
}

interface Surroundings extends Pick<Performance, 'before' | 'after'> {
  readonly arrival: Schema
}

/**
 * The plan is found by trying: a table that differs is altered if that brings the exact schema, and rebuilt if it does not.
 * The plan that is returned has been rehearsed.
 */
function findPlan(stage: Stage, way: Omit<Route, 'rebuilt'>, { before, after, arrival }: Surroundings): string[] {
  const attempt = (rebuilt: ReadonlySet<string>): string[] => {
    const steps = plan({ ...way, rebuilt })
    const [difference] = compareSchemas(rehearse(stage, { before, steps, after, from: way.from, to: way.to }), arrival)
    if (difference) throw new Error(`it does not arrive: ${difference.sentence}`)
    return steps
  }
  const differing = match(way.from.tables, way.to.tables).kept.filter(([a, b]) => compareTables(a, b).length > 0)
  const rebuilt = new Set(differing.map(([{ name }]) => fold(name)))
  for (const table of [...rebuilt]) {
    rebuilt.delete(table)
    if (!succeeds(() => attempt(rebuilt))) rebuilt.add(table)
  }
  return refusing('no migration was found that arrives at the declared schema', () => attempt(rebuilt))
}

function succeeds(attempt: () => void): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

/** Turns an error of SQLite, or of a rehearsal, into one in plain words; one that is already in plain words passes. */
function refusing<Result>(what: string, attempt: () => Result, hint?: string): Result {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof RefusedError) throw error
    throw new RefusedError(`${what}: ${error instanceof Error ? error.message : String(error)}`, hint)
  }
}
