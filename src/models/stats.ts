/** Totals, and the distribution of followers. They read whole tables: stored counters would slow down every change. */
import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'

export async function countAll(db: Kysely<Database>, table: keyof Database): Promise<number> {
  const all = db.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('n'))
  return (await all.executeTakeFirstOrThrow()).n
}

const followerCounts = (db: Kysely<Database>) =>
  db
    .selectFrom('followers')
    .select((eb) => ['followed_id', eb.fn.countAll<number>().as('followers')])
    .groupBy('followed_id')

export interface FollowedUser {
  readonly username: string
  readonly followers: number
}

/** The users with the most followers, ties by id. */
export async function mostFollowed(db: Kysely<Database>, limit: number): Promise<FollowedUser[]> {
  return db
    .selectFrom(followerCounts(db).orderBy('followers', 'desc').orderBy('followed_id').limit(limit).as('top'))
    .innerJoin('users', 'users.id', 'top.followed_id')
    .select(['users.username', 'top.followers'])
    .orderBy('top.followers', 'desc')
    .orderBy('top.followed_id')
    .execute()
}

/** The number of users with `from` to `to` followers, both inclusive. */
export interface Bucket {
  readonly from: number
  readonly to: number
  readonly users: number
}

/** The distribution of followers in buckets that double: 0, 1, 2–3, 4–7, … up to the highest count. `users` is the total. */
export async function distribution(db: Kysely<Database>, users: number): Promise<Bucket[]> {
  const rows = await db
    .selectFrom(followerCounts(db).as('counts'))
    .select((eb) => ['counts.followers', eb.fn.countAll<number>().as('users')])
    .groupBy('counts.followers')
    .execute()
  const buckets = [users - rows.reduce((sum, row) => sum + row.users, 0)]
  for (const row of rows) {
    const index = 1 + Math.floor(Math.log2(row.followers))
    while (buckets.length <= index) buckets.push(0)
    buckets[index] = (buckets[index] ?? 0) + row.users
  }
  return buckets.map((count, index) => ({ from: index === 0 ? 0 : 2 ** (index - 1), to: index === 0 ? 0 : 2 ** index - 1, users: count }))
}
