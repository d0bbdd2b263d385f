/** The places that `db upgrade` and `db downgrade` can be sent to. */
import { NotFoundError, UsageError } from '../errors.ts'
import type { MigrationName } from './folder.ts'

/**
 * How many migrations are applied once `target` is reached, counted from base (0).
 * `current` is how many are applied now. Targets: `head`, `base`, `0002`, `2`, a unique prefix of a name, `+1`, `-1`.
 * @throws NotFoundError, if there is no such revision; UsageError, if a prefix is ambiguous or `direction` is not the way to the target.
 */
export function resolveTarget(
  target: string,
  files: readonly MigrationName[],
  current: number,
  direction?: 'upgrade' | 'downgrade',
): number {
  if (direction === 'upgrade' && (target === 'base' || /^-\d+$/.test(target))) throw wrongWay(target, 'up', 'downgrade')
  if (direction === 'downgrade' && /^\+\d+$/.test(target)) throw wrongWay(target, 'down', 'upgrade')
  if (target === 'head') return files.length
  if (target === 'base') return 0
  if (/^[+-]\d+$/.test(target)) return relative(target, files, current)
  return files.indexOf(findMigration(target, files)) + 1
}

function relative(target: string, files: readonly MigrationName[], current: number): number {
  const position = current + Number(target)
  if (position >= 0 && position <= files.length) return position
  const isDown = target.startsWith('-')
  const left = isDown ? current : files.length - current
  if (left === 0) throw new NotFoundError(isDown ? 'nothing to undo: no migration is applied' : 'nothing to apply: the database is at head')
  const migrations = `${left} migration${left === 1 ? ' is' : 's are'}`
  throw new NotFoundError(`'${target}' goes ${isDown ? `below base: ${migrations} applied` : `past head: ${migrations} pending`}`)
}

const wrongWay = (target: string, way: string, other: string): UsageError =>
  new UsageError(`'${target}' does not lie ${way}`, `perhaps:  microblog db ${other} ${target}`)

/** The migration with this number (`0002` or `2`) or this unique beginning of its name. */
export function findMigration<M extends MigrationName>(revision: string, files: readonly M[]): M {
  if (revision === 'head') return findLast(files)
  const isNumber = /^\d{1,4}$/.test(revision)
  const exact = files.find(({ id, name }) => (isNumber ? id === revision.padStart(4, '0') : name === revision))
  if (exact) return exact
  const matches = isNumber ? [] : files.filter(({ name }) => revision !== '' && name.startsWith(revision))
  const [match] = matches
  if (!match) throw new NotFoundError(`no revision '${revision}'`, 'list them:  microblog db history')
  if (matches.length > 1) {
    throw new UsageError(`revision '${revision}' is ambiguous: ${matches.map(({ id, name }) => `${id} ${name}`).join(', ')}`)
  }
  return match
}

function findLast<M extends MigrationName>(files: readonly M[]): M {
  const last = files.at(-1)
  if (!last) throw new NotFoundError("no revision 'head': there are no migrations")
  return last
}
