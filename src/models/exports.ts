/** What an export holds: records by username, without ids, in the order in which they came to be. */
import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'

export const exportUsers = (db: Kysely<Database>) => db.selectFrom('users').select(['username', 'email']).orderBy('id')

export const exportPosts = (db: Kysely<Database>) =>
  db
    .selectFrom('posts')
    .innerJoin('users', 'users.id', 'posts.user_id')
    .select(['users.username', 'posts.timestamp', 'posts.body'])
    .orderBy('posts.id')
