/** Checks new usernames and email addresses: valid, and not taken. */
import type { Kysely } from 'kysely'
import { linePrefix, MicroblogError, quoted, RefusedError } from '../errors.ts'
import { foldCase } from '../fold-case.ts'
import { type GivenName, namesIn } from '../input/usernames.ts'
import type { Database } from '../models/schema.ts'
import { checkUsername, findByEmail, findUsers } from '../models/users.ts'

/** Split `names` into those that new users can have and an error for each of the others. */
export async function partitionNewNames(
  db: Kysely<Database>,
  names: readonly GivenName[],
): Promise<{ accepted: GivenName[]; faults: MicroblogError[] }> {
  const taken = await findUsers(db, namesIn(names))
  const accepted: GivenName[] = []
  const faults: MicroblogError[] = []
  for (const given of names) {
    const fault = faultOf(given, taken)
    if (fault) faults.push(fault)
    else accepted.push(given)
  }
  return { accepted, faults }
}

function faultOf(given: GivenName, taken: ReadonlyMap<string, unknown>): MicroblogError | undefined {
  try {
    checkUsername(given.name)
  } catch (error) {
    if (!(error instanceof MicroblogError)) throw error
    return new RefusedError(linePrefix(given.line) + error.message, error.hint)
  }
  return taken.has(foldCase(given.name)) ? usernameTaken(given) : undefined
}

/** The hint is only for a name typed as an operand, not for one of many names from standard input. */
export const usernameTaken = (given: GivenName): RefusedError =>
  new RefusedError(
    `${linePrefix(given.line)}the username ${quoted(given.name)} is taken`,
    given.line === undefined ? ownerHint(given.name) : undefined,
  )

const ownerHint = (username: string): string => `see whose it is:  microblog user show ${username}`

/** @throws RefusedError, if a user other than `ownId` has the address. */
export async function checkEmailIsFree(db: Kysely<Database>, email: string, ownId?: number): Promise<void> {
  const owner = await findByEmail(db, email)
  if (owner && owner.id !== ownId)
    throw new RefusedError(`the email address ${email} belongs to ${owner.username}`, ownerHint(owner.username))
}
