/** Users: who they are, how they are found, and what may be said of them. */
import type { Kysely, SelectQueryBuilder, UpdateObject } from 'kysely'
import { quoted, RefusedError } from '../errors.ts'
import { foldCase } from '../fold-case.ts'
import type { Database, NewUser, User } from './schema.ts'

/** A lazy query for users: filter, sort, page, count or stream it; it runs when it is executed. */
export type UserQuery = SelectQueryBuilder<Database, 'users', object>

/** What every command needs of a user it was given by name. */
export type Identity = Pick<User, 'id' | 'username'>

export const idsOf = (users: readonly Identity[]): number[] => users.map(({ id }) => id)

export const usernameRule = 'a username is 1 to 64 of A-Z a-z 0-9 _ . - and does not start with - or .'

export const isUsername = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(name)

/** @throws RefusedError with the rule: a bad name is never corrected. */
export function checkUsername(name: string): void {
  if (isUsername(name)) return
  throw new NoUsernameError(name)
}

export class NoUsernameError extends RefusedError {
  constructor(name: string) {
    super(`${quoted(name)} is not a username`, usernameRule)
  }
}

/** At most 120 code points around one `@`, without spaces or control characters. Whether mail arrives is not ours to know. */
export function checkEmail(email: string): void {
  if (/^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(email) && [...email].length <= 120) return
  throw new RefusedError(`${quoted(email)} is not an email address`, 'it is name@host, at most 120 characters')
}

export const allUsers = (db: Kysely<Database>): UserQuery => db.selectFrom('users')

/** Without regard to case. Values are folded here, because engines have rules of their own for letters that are not ASCII. */
const byUsername = (db: Kysely<Database>, username: string) =>
  db.selectFrom('users').where((eb) => eb(eb.fn<string>('lower', ['username']), '=', foldCase(username)))

/** The user of this name, without regard to case. */
export const findUser = (db: Kysely<Database>, username: string): Promise<Identity | undefined> =>
  byUsername(db, username).select(['id', 'username']).executeTakeFirst()

/** SQLite takes 32,766 values in a statement; a few hundred are as fast. */
const batchSize = 500

/** Cut `items` into batches that fit a statement, each item bringing up to three values. */
export function* inBatches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += batchSize) yield items.slice(start, start + batchSize)
}

/** Those of `usernames` that there are, by their name in lower case. */
export async function findUsers(db: Kysely<Database>, usernames: readonly string[]): Promise<Map<string, Identity>> {
  const found = new Map<string, Identity>()
  for (const batch of inBatches(usernames)) {
    const rows = await db
      .selectFrom('users')
      .select(['id', 'username'])
      .where((eb) => eb(eb.fn<string>('lower', ['username']), 'in', batch.map(foldCase)))
      .execute()
    for (const row of rows) found.set(foldCase(row.username), row)
  }
  return found
}

/** Whose email this is, without regard to case. */
export function findByEmail(db: Kysely<Database>, email: string): Promise<Identity | undefined> {
  return db
    .selectFrom('users')
    .select(['id', 'username'])
    .where((eb) => eb(eb.fn<string | null>('lower', ['email']), '=', foldCase(email)))
    .executeTakeFirst()
}

/** At most `limit` usernames that begin like this, without regard to case, in the order of their folded names. */
export async function usernamesLike(db: Kysely<Database>, prefix: string, limit: number): Promise<string[]> {
  // Not every engine takes a NUL in a text.
  if (prefix !== '' && !isUsername(prefix)) return []
  const folded = foldCase(prefix)
  const rows = await db
    .selectFrom('users')
    .select('username')
    .where((eb) => eb.between(eb.fn<string>('lower', ['username']), folded, `${folded}\u{10ffff}`))
    .orderBy((eb) => eb.fn('lower', ['username']))
    .limit(limit)
    .execute()
  return rows.map(({ username }) => username)
}

/** Usernames among which a misspelt one may be looked for: those with the same first letter, then any, 20,000 of each at most. */
export const similarNames = async (db: Kysely<Database>, username: string): Promise<string[]> => [
  ...(await usernamesLike(db, username.slice(0, 1), 20_000)),
  ...(await usernamesLike(db, '', 20_000)),
]

/** Insert users whose names are known to be valid and free; their ids come in the given order. */
export async function addUsers(db: Kysely<Database>, users: readonly NewUser[]): Promise<void> {
  for (const batch of inBatches(users)) await db.insertInto('users').values(batch).execute()
}

export async function editUser(db: Kysely<Database>, id: number, changes: UpdateObject<Database, 'users'>): Promise<void> {
  await db.updateTable('users').set(changes).where('id', '=', id).execute()
}

/** Delete users; their posts and follows go with them. */
export async function removeUsers(db: Kysely<Database>, ids: readonly number[]): Promise<void> {
  for (const batch of inBatches(ids)) await db.deleteFrom('users').where('id', 'in', batch).execute()
}

/** Null where the user has none; undefined where there is no such user. */
export const findPasswordHash = async (db: Kysely<Database>, username: string): Promise<string | null | undefined> =>
  (await byUsername(db, username).select('password_hash').executeTakeFirst())?.password_hash

/** What goes when users go. */
export interface Belongings {
  readonly posts: number
  /** Follows in either direction. */
  readonly follows: number
}

export async function countBelongings(db: Kysely<Database>, ids: readonly number[]): Promise<Belongings> {
  const goes = new Set(ids)
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
    // Follows between two who both go are counted already, with their followers.
    for (const { follower_id, n } of incoming) if (!goes.has(follower_id)) follows += n
  }
  return { posts, follows }
}
