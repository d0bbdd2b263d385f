/** Queries for users, and the rules for usernames and email addresses. */
import type { ExpressionBuilder, Kysely, SelectQueryBuilder, StringReference, UpdateObject } from 'kysely'
import { quoted, RefusedError } from '../errors.ts'
import { foldCase } from '../fold-case.ts'
import { inBatches } from './batches.ts'
import type { Database, NewUser, User } from './schema.ts'

/** A lazy query for users: filter, sort, page, count or stream it; it runs when it is executed. */
export type UserQuery = SelectQueryBuilder<Database, 'users', object>

/** The columns that commands need of a user found by name. */
export type Identity = Pick<User, 'id' | 'username'>

export const idsOf = (users: readonly Identity[]): number[] => users.map(({ id }) => id)

const usernameRule = 'a username is 1 to 64 of A-Z a-z 0-9 _ . - and does not start with - or .'

export const isUsername = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(name)

/** An invalid name is refused, never corrected. @throws InvalidUsernameError, with the rule as its hint */
export function checkUsername(name: string): void {
  if (isUsername(name)) return
  throw new InvalidUsernameError(name)
}

export class InvalidUsernameError extends RefusedError {
  constructor(name: string) {
    super(`${quoted(name)} is not a username`, usernameRule)
  }
}

/**
 * Accepts at most 120 code points around one `@`, without spaces or control characters. Whether the address exists is not checked.
 * @throws RefusedError
 */
export function checkEmail(email: string): void {
  if (/^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(email) && [...email].length <= 120) return
  throw new RefusedError(`${quoted(email)} is not an email address`, 'it is name@host, at most 120 characters')
}

export const allUsers = (db: Kysely<Database>): UserQuery => db.selectFrom('users')

/** A column whose case is ignored, as the unique indexes have it. */
export const folded = <DB, Tables extends keyof DB>(eb: ExpressionBuilder<DB, Tables>, column: StringReference<DB, Tables>) =>
  eb.fn<string>('lower', [column])

/** Ignores case. The value is folded here, because engines differ in how lower() treats letters outside ASCII. */
const byUsername = (db: Kysely<Database>, username: string) =>
  db.selectFrom('users').where((eb) => eb(folded(eb, 'username'), '=', foldCase(username)))

/** The user with this name, ignoring case. */
export const findUser = (db: Kysely<Database>, username: string): Promise<Identity | undefined> =>
  byUsername(db, username).select(['id', 'username']).executeTakeFirst()

/** The users among `usernames` that exist. The keys of the map are folded names. */
export async function findUsers(db: Kysely<Database>, usernames: readonly string[]): Promise<Map<string, Identity>> {
  const found = new Map<string, Identity>()
  for (const batch of inBatches(usernames)) {
    const rows = await db
      .selectFrom('users')
      .select(['id', 'username'])
      .where((eb) => eb(folded(eb, 'username'), 'in', batch.map(foldCase)))
      .execute()
    for (const row of rows) found.set(foldCase(row.username), row)
  }
  return found
}

/** The user with this email address, ignoring case. */
export function findByEmail(db: Kysely<Database>, email: string): Promise<Identity | undefined> {
  return db
    .selectFrom('users')
    .select(['id', 'username'])
    .where((eb) => eb(folded(eb, 'email'), '=', foldCase(email)))
    .executeTakeFirst()
}

/** At most `limit` valid usernames that start with `prefix`, ignoring case, sorted by folded name; of the users that `narrow` leaves. */
export async function usernamesStartingWith(
  db: Kysely<Database>,
  prefix: string,
  limit: number,
  narrow: (users: UserQuery) => UserQuery = (users) => users,
): Promise<string[]> {
  // No username starts with it, and not every engine accepts a NUL in text.
  if (prefix !== '' && !isUsername(prefix)) return []
  const first = foldCase(prefix)
  const rows = await narrow(allUsers(db))
    .select('username')
    .where((eb) => eb.between(folded(eb, 'username'), first, `${first}\u{10ffff}`))
    .orderBy((eb) => folded(eb, 'username'))
    .limit(limit)
    .execute()
  return rows.map(({ username }) => username).filter(isUsername)
}

/** Candidates for correcting a misspelt username: up to 20,000 with the same first letter, then up to 20,000 of all. */
export const similarNames = async (db: Kysely<Database>, username: string): Promise<string[]> => [
  ...(await usernamesStartingWith(db, username.slice(0, 1), 20_000)),
  ...(await usernamesStartingWith(db, '', 20_000)),
]

/** Insert users; their ids ascend in the given order. The caller has checked that their names are valid and not taken. */
export async function addUsers(db: Kysely<Database>, users: readonly NewUser[]): Promise<void> {
  for (const batch of inBatches(users)) await db.insertInto('users').values(batch).execute()
}

export async function editUser(db: Kysely<Database>, id: number, changes: UpdateObject<Database, 'users'>): Promise<void> {
  await db.updateTable('users').set(changes).where('id', '=', id).execute()
}

/** Delete users. ON DELETE CASCADE deletes their posts and follows. */
export async function removeUsers(db: Kysely<Database>, ids: readonly number[]): Promise<void> {
  for (const batch of inBatches(ids)) await db.deleteFrom('users').where('id', 'in', batch).execute()
}

/** The stored hash: null if the user has no password, undefined if there is no such user. */
export const findPasswordHash = async (db: Kysely<Database>, username: string): Promise<string | null | undefined> =>
  (await byUsername(db, username).select('password_hash').executeTakeFirst())?.password_hash

/** How many rows are deleted together with some users. */
export interface DependentCounts {
  readonly posts: number
  /** Follows in either direction. */
  readonly follows: number
}

/** Count the posts and follows that are deleted with these users; a follow between two of them counts once. */
export async function countDependents(db: Kysely<Database>, ids: readonly number[]): Promise<DependentCounts> {
  const deleted = new Set(ids)
  let posts = 0
  let follows = 0
  for (const batch of inBatches(ids)) {
    const total = (table: 'posts' | 'followers') => db.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('n'))
    posts += (await total('posts').where('posts.user_id', 'in', batch).executeTakeFirstOrThrow()).n
    follows += (await total('followers').where('followers.follower_id', 'in', batch).executeTakeFirstOrThrow()).n
    const incoming = await db
      .selectFrom('followers')
      .select(['follower_id', (eb) => eb.fn.countAll<number>().as('n')])
      .where('followed_id', 'in', batch)
      .groupBy('follower_id')
      .execute()
    // If the follower is deleted too, the follow is already counted above.
    for (const { follower_id, n } of incoming) if (!deleted.has(follower_id)) follows += n
  }
  return { posts, follows }
}
