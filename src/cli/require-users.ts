/** From the names a user typed to the users they stand for, with help where there is no such user. */
import type { Kysely } from 'kysely'
import type { Context } from '../context.ts'
import { type MicroblogError, NotFoundError, quoted } from '../errors.ts'
import { foldCase } from '../fold-case.ts'
import { type GivenName, namesIn, place, withoutAt } from '../input/usernames.ts'
import type { Database } from '../models/schema.ts'
import { findUser, findUsers, type Identity, similarNames } from '../models/users.ts'
import { didYouMean, findNearest } from './nearest.ts'

/** @throws NotFoundError, with the nearest name if there is one. */
export async function requireUser(db: Kysely<Database>, username: string): Promise<Identity> {
  const name = withoutAt(username)
  return (await findUser(db, name)) ?? Promise.reject(await noSuchUser(db, { name }))
}

async function noSuchUser(db: Kysely<Database>, given: GivenName): Promise<NotFoundError> {
  const nearest = await findNearest(given.name, await similarNames(db, given.name))
  return unknownUser(given, nearest && didYouMean(nearest))
}

const unknownUser = (given: GivenName, hint?: string): NotFoundError =>
  new NotFoundError(`${place(given)}no user named ${quoted(given.name)}`, hint)

/** Each name looked for among others costs some milliseconds, and a long list of strangers is no list of slips. */
const maxSuggestions = 10

/**
 * The users of all these names. Unknown ones are an error that lists them all; with `keepGoing` each is reported and passed over.
 * @throws NotFoundError
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
