/**
 * Imports. The input is staged in the temporary table `staged`, and one INSERT … SELECT copies it from there:
 * the database compares, sorts and counts.
 */
import type { ExpressionBuilder, InsertResult, Kysely } from 'kysely'
import { inBatches } from './batches.ts'
import type { Database } from './schema.ts'
import { folded } from './users.ts'

/** Create users with these names, unless another process just did, and fill in their ids in `staged`. Returns how many were created. */
export async function createUsers(db: Kysely<Database>, names: readonly string[]): Promise<number> {
  let created = 0
  for (const batch of inBatches(names)) {
    const rows = await db
      .insertInto('users')
      .values(batch.map((username) => ({ username })))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute()
    created += rows.length
  }
  await fillIds(db, 'user_id', 'username')
  await fillIds(db, 'followed_id', 'followed')
  return created
}

async function fillIds(db: Kysely<Database>, id: 'user_id' | 'followed_id', name: 'username' | 'followed'): Promise<void> {
  await db
    .updateTable('staged')
    .set((eb) => ({
      [id]: eb
        .selectFrom('users')
        .select('users.id')
        .where((user) => user(folded(user, 'users.username'), '=', folded(user, `staged.${name}`))),
    }))
    .where(name, 'is not', null)
    .execute()
}

/** Run the query and return how many rows it inserted. */
async function countInserted(query: { executeTakeFirstOrThrow(): Promise<InsertResult> }): Promise<number> {
  return Number((await query.executeTakeFirstOrThrow()).numInsertedOrUpdatedRows)
}

/** Insert the staged follows that do not exist yet, in primary key order. Returns how many were inserted. */
export function loadFollows(db: Kysely<Database>): Promise<number> {
  const follows = db
    .selectFrom('staged')
    .select(({ ref }) => [ref('user_id').$notNull().as('follower_id'), ref('followed_id').$notNull().as('followed_id')])
    .orderBy('user_id')
    .orderBy('followed_id')
  const insert = db.insertInto('followers').columns(['follower_id', 'followed_id']).expression(follows)
  return countInserted(insert.onConflict((conflict) => conflict.doNothing()))
}

/** Insert the staged users whose names and email addresses are not taken, in input order. Returns how many were inserted. */
export function loadUsers(db: Kysely<Database>): Promise<number> {
  const users = db.selectFrom('staged').select(({ ref }) => [ref('username').$notNull().as('username'), 'email'])
  const insert = db.insertInto('users').columns(['username', 'email']).expression(users.orderBy('position'))
  return countInserted(insert.onConflict((conflict) => conflict.doNothing()))
}

/**
 * The staged users that `loadUsers`, which must run first, refused because of their email address: another user (`owner`) has it,
 * or the user exists (`existing`) with another address or none (`existing_email`).
 */
export const refusedUsers = (db: Kysely<Database>) =>
  db
    .selectFrom('staged')
    .leftJoin('users as existing', (join) => join.on((eb) => eb(folded(eb, 'existing.username'), '=', folded(eb, 'staged.username'))))
    .leftJoin('users as owner', (join) => join.on((eb) => eb(folded(eb, 'owner.email'), '=', folded(eb, 'staged.email'))))
    .where('staged.email', 'is not', null)
    .where((eb) => eb.or([eb('existing.email', 'is', null), eb('existing.email', '<>', eb.ref('staged.email'))]))
    .select(({ ref }) => [
      ref('staged.line').$notNull().as('line'),
      ref('staged.username').$notNull().as('username'),
      ref('staged.email').$notNull().as('email'),
      'existing.username as existing',
      'existing.email as existing_email',
      'owner.username as owner',
    ])

/**
 * Delete staged posts that already exist, one for each copy in the database: a post that is twice in the input and once in the database
 * is added once, so importing an export always restores what was exported. Only posts with ids up to `id` (`<=`), or above it (`>`),
 * are compared.
 */
export async function unstageExistingPosts(db: Kysely<Database>, side: '<=' | '>', id: number): Promise<void> {
  const same = (eb: ExpressionBuilder<Database, 'staged'>) =>
    eb
      .selectFrom('posts')
      .whereRef('posts.user_id', '=', 'staged.user_id')
      .whereRef('posts.timestamp', '=', 'staged.timestamp')
      .whereRef('posts.body', '=', 'staged.body')
      .where('posts.id', side, id)
  const known = db
    .selectFrom('staged')
    .where((eb) => eb.exists(same(eb).select('posts.id')))
    .select((eb) => [
      'staged.position',
      same(eb)
        .select((posts) => posts.fn.countAll<number>().as('n'))
        .as('existing_count'),
      eb.fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy(['staged.user_id', 'staged.timestamp', 'staged.body']).orderBy('staged.position'))
        .as('occurrence'),
    ])
  await db
    .deleteFrom('staged')
    .where(
      'position',
      'in',
      db.selectFrom(known.as('known')).select('known.position').whereRef('known.occurrence', '<=', 'known.existing_count'),
    )
    .execute()
}

/** Insert the staged posts, in input order. Returns how many were inserted. */
export function loadPosts(db: Kysely<Database>): Promise<number> {
  const posts = db
    .selectFrom('staged')
    .select(({ ref }) => [
      ref('body').$notNull().as('body'),
      ref('timestamp').$notNull().as('timestamp'),
      ref('user_id').$notNull().as('user_id'),
    ])
    .orderBy('position')
  return countInserted(db.insertInto('posts').columns(['body', 'timestamp', 'user_id']).expression(posts))
}
