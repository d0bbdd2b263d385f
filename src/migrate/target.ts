/** The places that `db upgrade` and `db downgrade` can be sent to. */
import { NotFoundError, UsageError } from '../errors.ts'
import type { MigrationName } from './names.ts'

/**
 * How many migrations are applied once `target` is reached, counted from base (0).
 * `current` is how many are applied now. Targets: `head`, `base`, `0002`, `2`, a unique prefix of a name, `+1`, `-1`.
 * @throws NotFoundError, if there is no such revision; UsageError, if a prefix is ambiguous.
 */
export function resolveTarget(target: string, files: readonly MigrationName[], current: number): number {
  if (target === 'head') return files.length
  if (target === 'base') return 0
  if (/^[+-]\d+$/.test(target)) return relative(target, files, current)
  return files.indexOf(findMigration(target, files)) + 1
}

function relative(target: string, files: readonly MigrationName[], current: number): number {
  const position = current + Number(target)
  if (position >= 0 && position <= files.length) return position
  const left = target.startsWith('-') ? current : files.length - current
  throw new NotFoundError(
    `'${target}' goes ${target.startsWith('-') ? 'below base' : 'past head'}: ${left} migration${left === 1 ? '' : 's'} that way`,
  )
}

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
