/** Plans the steps that bring a database to a target. Migrations may have been renumbered since they were applied. */
import { DatabaseError } from '../errors.ts'
import type { Migration } from './files.ts'
import { checkHistory, type MatchedMigration } from './history.ts'
import type { MigrationConnection } from './migration-connection.ts'
import type { Direction, RunPlan, Step } from './step.ts'
import { isRelative, resolveTarget } from './target.ts'

/** @throws DatabaseError, if the history does not match the files, or if a pending migration would have had to run earlier */
export async function planRun(
  connection: MigrationConnection,
  files: readonly Migration[],
  target: string,
  direction: Direction,
): Promise<RunPlan> {
  const { applied } = await connection.read(async () => {
    const rows = await connection.history()
    if (direction === 'upgrade' && rows.length === 0 && !(await connection.isEmpty())) throw missingHistory()
    return checkHistory(files, rows)
  })
  await checkAppliedOrder(connection, files, applied)
  const isApplied = (migration: Migration) => applied.some(({ file }) => file === migration)
  const current = files.findLastIndex(isApplied) + 1
  const chosen = choose(target, files, isApplied, direction)
  const late = direction === 'upgrade' ? chosen.filter((migration) => files.indexOf(migration) < current) : []
  const last = files[current - 1]
  if (late.length > 0 && last) await checkOrder(connection, files, { applied: applied.map(({ file }) => file), chosen, last })
  return {
    at: last?.id ?? '(empty)',
    steps: chosen.map((migration) => stepOf(migration, files, direction)),
    renumbered: applied.filter(({ row, file }) => row.id !== file.id),
    notes: late.map(({ file }) => `${file} runs after ${last?.file}, which is applied: both orders make the same schema`),
  }
}

function stepOf(migration: Migration, files: readonly Migration[], direction: Direction): Step {
  const [before, after] = [files[files.indexOf(migration) - 1]?.id ?? '(empty)', migration.id]
  const [from, to] = direction === 'upgrade' ? [before, after] : [after, before]
  return { direction, from, to, migration }
}

/** The migrations to run, in order. A relative target counts them, because a pending one can stand before applied ones. */
function choose(target: string, files: readonly Migration[], isApplied: (file: Migration) => boolean, direction: Direction): Migration[] {
  const isUp = direction === 'upgrade'
  if (!isRelative(target)) {
    const position = resolveTarget(target, files, files.findLastIndex(isApplied) + 1, direction)
    return isUp ? files.slice(0, position).filter((file) => !isApplied(file)) : files.slice(position).filter(isApplied).reverse()
  }
  const applied = files.filter(isApplied)
  const pending = files.filter((file) => !isApplied(file))
  const count = resolveTarget(target, [...applied, ...pending], applied.length, direction)
  return isUp ? pending.slice(0, count - applied.length) : applied.slice(count).reverse()
}

/** Applied migrations may be given numbers in another order if that order makes the same schema. */
async function checkAppliedOrder(
  connection: MigrationConnection,
  files: readonly Migration[],
  applied: readonly MatchedMigration<Migration>[],
): Promise<void> {
  const asApplied = applied.map(({ file }) => file)
  const asNumbered = files.filter((file) => asApplied.includes(file))
  const first = asNumbered.find((file, index) => file !== asApplied[index])
  if (!first) return
  const [difference] = await connection.compareOrders(asNumbered, asApplied)
  if (difference === undefined) return
  const was = applied.filter(({ row, file }) => row.id !== file.id).map(({ row }) => `${row.id}_${row.name}.sql`)
  throw new DatabaseError(
    `${first.file} was not applied in the order of the files, and the order matters: ${difference}`,
    `name the files as they were applied:  ${was.join(', ')}`,
  )
}

interface Order {
  readonly applied: readonly Migration[]
  readonly chosen: readonly Migration[]
  /** The applied migration with the highest number. */
  readonly last: Migration
}

/** @throws DatabaseError, unless running `chosen` after `applied` creates the same schema as running all in the order of the files. */
async function checkOrder(connection: MigrationConnection, files: readonly Migration[], { applied, chosen, last }: Order): Promise<void> {
  const all = [...applied, ...chosen]
  const [difference] = await connection.compareOrders(
    files.filter((file) => all.includes(file)),
    all,
  )
  const [first] = chosen
  if (difference === undefined || !first) return
  const before = files[files.indexOf(first) - 1]?.id ?? 'base'
  throw new DatabaseError(
    `${first.file} comes before ${last.file}, which is applied, and the order matters: ${difference}`,
    `go back, then forward:  microblog db downgrade ${before} && microblog db upgrade`,
  )
}

/** The migrations would fail on tables that something else created. */
const missingHistory = (): DatabaseError =>
  new DatabaseError(
    'the database has tables, but no record of the migrations that made them',
    'if they are the tables of these migrations:  microblog db stamp head',
  )
