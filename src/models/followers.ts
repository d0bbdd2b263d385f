/**
 * Who follows whom. The association table `followers` is a many-to-many relationship of users with themselves.
 * The relationships are lazy: `followers` and `followed` return queries, which the caller filters, sorts, paginates, counts or streams.
 */
import type { Kysely } from 'kysely'
import { inBatches } from './batches.ts'
import type { Database } from './schema.ts'
import { allUsers, type UserQuery } from './users.ts'

/** The users who follow the user. */
export const followers = (db: Kysely<Database>, userId: number): UserQuery =>
  allUsers(db).innerJoin('followers as follow', 'follow.follower_id', 'users.id').where('follow.followed_id', '=', userId)

/** The users whom the user follows. */
export const followed = (db: Kysely<Database>, userId: number): UserQuery =>
  allUsers(db).innerJoin('followers as follow', 'follow.followed_id', 'users.id').where('follow.follower_id', '=', userId)

/** `followers` or `followed`. */
export type Relationship = typeof followers | typeof followed

/** `followed` for `followers`, and `followers` for `followed`. */
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

/** Make the user follow each of the others. Returns the ids of those newly followed. */
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

/** Make the user unfollow each of the others. Returns the ids of those who were followed. */
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
