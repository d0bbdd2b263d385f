/** Copies of whole tables, with ids and password hashes. */
import type { Kysely } from 'kysely'
import { inBatches } from './batches.ts'
import type { Database } from './schema.ts'

/** In this order: each table after those that it refers to. */
export const copiedTables = ['users', 'posts', 'followers'] as const
export type CopiedTable = (typeof copiedTables)[number]

/** All rows of a table, in the order of its key. */
export const allRows = {
  users: (db: Kysely<Database>) => db.selectFrom('users').select(['id', 'username', 'email', 'password_hash']).orderBy('id'),
  posts: (db: Kysely<Database>) => db.selectFrom('posts').select(['id', 'body', 'timestamp', 'user_id']).orderBy('id'),
  followers: (db: Kysely<Database>) =>
    db.selectFrom('followers').select(['follower_id', 'followed_id']).orderBy('follower_id').orderBy('followed_id'),
}

/** Insert rows that `allRows` found in the same table of another database. */
export async function insertRows(db: Kysely<Database>, table: CopiedTable, rows: readonly object[]): Promise<void> {
  for (const batch of inBatches(rows))
    await db
      .insertInto(table)
      .values(batch as never)
      .execute()
}
