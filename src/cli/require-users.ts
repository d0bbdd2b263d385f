/** Looks up users by name. An unknown name is an error with a suggestion. */
import type { Kysely } from 'kysely'
import type { Context } from '../context.ts'
import { linePrefix, type MicroblogError, NotFoundError, quoted } from '../errors.ts'
import { foldCase } from '../fold-case.ts'
import { type GivenName, namesIn, withoutAt } from '../input/usernames.ts'
import type { Database } from '../models/schema.ts'
import { findUser, findUsers, type Identity, similarNames } from '../models/users.ts'
import { didYouMean, findNearest } from './nearest.ts'

/** @throws NotFoundError that suggests the nearest username, if one is similar. */
export async function requireUser(db: Kysely<Database>, username: string): Promise<Identity> {
  const name = withoutAt(username)
  return (await findUser(db, name)) ?? Promise.reject(await noSuchUser(db, { name }))
}

async function noSuchUser(db: Kysely<Database>, given: GivenName): Promise<NotFoundError> {
  const nearest = await findNearest(given.name, await similarNames(db, given.name))
  return unknownUser(given, nearest && didYouMean(nearest))
}

const unknownUser = (given: GivenName, hint?: string): NotFoundError =>
  new NotFoundError(`${linePrefix(given.line)}no user named ${quoted(given.name)}`, hint)

/** Suggest corrections for the first 10 unknown names only: each costs a few ms, and long lists are rarely typos. */
export const maxSuggestions = 10

/**
 * The users with these names, in the same order. With `keepGoing`, unknown names are reported and skipped.
 * @throws NotFoundError that lists all unknown names
 */
export async function requireUsers(
  context: Context,
  db: Kysely<Database>,
  names: readonly GivenName[],
  { keepGoing }: { readonly keepGoing?: boolean },
): Promise<(Identity & GivenName)[]> {
  const found = await findUsers(db, namesIn(names))
  const missing = names.filter(({ name }) => !found.has(foldCase(name)))
  const faults: MicroblogError[] = []
  for (const given of missing) faults.push(faults.length < maxSuggestions ? await noSuchUser(db, given) : unknownUser(given))
  await context.throwOrReport(faults, keepGoing, (count) => `${count} users do not exist: nothing was changed`)
  return names.flatMap((given) => {
    const user = found.get(foldCase(given.name))
    return user ? [{ ...given, ...user }] : []
  })
}
