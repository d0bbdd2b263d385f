/** Resolves the targets of `db upgrade`, `db downgrade` and `db stamp`. */
import { NotFoundError, UsageError } from '../errors.ts'
import type { MigrationName } from './folder.ts'
import type { Direction } from './step.ts'

/**
 * The number of migrations that are applied at `target`: 0 at base. `current` is the number applied now.
 * Targets: `head`, `base` or `0`, `0002`, `2`, a unique prefix of a name, `+1`, `-1`.
 * @throws NotFoundError, if there is no such revision; UsageError, if a prefix is ambiguous or the target leads in the other direction.
 */
export function resolveTarget(target: string, files: readonly MigrationName[], current: number, direction?: Direction): number {
  const isBase = target === 'base' || target === '0'
  if (direction === 'upgrade' && (isBase || /^-\d+$/.test(target))) throw wrongDirection(target, 'down', 'downgrade')
  if (direction === 'downgrade' && /^\+\d+$/.test(target)) throw wrongDirection(target, 'up', 'upgrade')
  if (target === 'head') return files.length
  if (isBase) return 0
  if (isRelative(target)) return relative(target, files, current)
  return files.indexOf(findMigration(target, files)) + 1
}

/** `+1` or `-1`. */
export const isRelative = (target: string): boolean => /^[+-]\d+$/.test(target)

function relative(target: string, files: readonly MigrationName[], current: number): number {
  const position = current + Number(target)
  if (position >= 0 && position <= files.length) return position
  const isDown = target.startsWith('-')
  const left = isDown ? current : files.length - current
  if (left === 0) throw new NotFoundError(isDown ? 'nothing to undo: no migration is applied' : 'nothing to apply: the database is at head')
  const migrations = `${left} migration${left === 1 ? ' is' : 's are'}`
  throw new NotFoundError(`'${target}' goes ${isDown ? `below base: ${migrations} applied` : `past head: ${migrations} pending`}`)
}

const wrongDirection = (target: string, leads: 'up' | 'down', command: string): UsageError =>
  new UsageError(`'${target}' leads ${leads}`, `use:  microblog db ${command} ${target}`)

/**
 * The migration with this number (`0002` or `2`), name or unique prefix of a name, or the last one for `head`. Several may have one name.
 * @throws NotFoundError; UsageError, if several are meant
 */
export function findMigration<M extends MigrationName>(revision: string, files: readonly M[]): M {
  if (revision === 'head') return findLast(files)
  const isNumber = /^\d{1,4}$/.test(revision)
  const exact = files.filter(({ id, name }) => (isNumber ? id === revision.padStart(4, '0') : name === revision))
  const isPrefix = exact.length === 0 && !isNumber && revision !== ''
  const matches = isPrefix ? files.filter(({ name }) => name.startsWith(revision)) : exact
  const [match] = matches
  if (!match) throw new NotFoundError(`no revision '${revision}'`, 'list them:  microblog db history')
  if (matches.length > 1) {
    const list = matches.map(({ id, name }) => `${id} ${name}`).join(', ')
    throw new UsageError(`revision '${revision}' is ambiguous: ${list}`, 'give the number')
  }
  return match
}

function findLast<M extends MigrationName>(files: readonly M[]): M {
  const last = files.at(-1)
  if (!last) throw new NotFoundError("no revision 'head': there are no migrations")
  return last
}
