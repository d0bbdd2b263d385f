/**
 * Who follows whom: the association table `followers` makes a many-to-many of users with themselves.
 * The relationships are lazy: `followers` and `followed` return queries, which the caller filters, sorts, pages, counts or streams.
 */
import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'
import { allUsers, inBatches, type UserQuery } from './users.ts'

/** Those who follow the user. */
export const followers = (db: Kysely<Database>, userId: number): UserQuery =>
  allUsers(db).innerJoin('followers as follow', 'follow.follower_id', 'users.id').where('follow.followed_id', '=', userId)

/** Those whom the user follows. */
export const followed = (db: Kysely<Database>, userId: number): UserQuery =>
  allUsers(db).innerJoin('followers as follow', 'follow.followed_id', 'users.id').where('follow.follower_id', '=', userId)

/** Either of the two relationships: from a user to users. */
export type Relationship = typeof followers | typeof followed

/** The same relationship seen from the other end. */
export const reverseOf = (relationship: Relationship): Relationship => (relationship === followers ? followed : followers)

export async function isFollowing(db: Kysely<Database>, followerId: number, followedId: number): Promise<boolean> {
  const row = await db
    .selectFrom('followers')
    .select('followed_id')
    .where('follower_id', '=', followerId)
    .where('followed_id', '=', followedId)
    .executeTakeFirst()
  return row !== undefined
}

/** Make the user follow each of the others. Returns those whom they did not follow before. */
export async function follow(db: Kysely<Database>, followerId: number, followedIds: readonly number[]): Promise<Set<number>> {
  const added = new Set<number>()
  for (const batch of inBatches(followedIds)) {
    const rows = await db
      .insertInto('followers')
      .values(batch.map((followedId) => ({ follower_id: followerId, followed_id: followedId })))
      .onConflict((conflict) => conflict.doNothing())
      .returning('followed_id')
      .execute()
    for (const row of rows) added.add(row.followed_id)
  }
  return added
}

/** Make the user stop following each of the others. Returns those whom they did follow. */
export async function unfollow(db: Kysely<Database>, followerId: number, followedIds: readonly number[]): Promise<Set<number>> {
  const removed = new Set<number>()
  for (const batch of inBatches(followedIds)) {
    const rows = await db
      .deleteFrom('followers')
      .where('follower_id', '=', followerId)
      .where('followed_id', 'in', batch)
      .returning('followed_id')
      .execute()
    for (const row of rows) removed.add(row.followed_id)
  }
  return removed
}
