/** Queries that must not compile. `npm run types`, which `npm test` runs first, fails if a marked line is not a type error. */
import type { Kysely } from 'kysely'
import { describe, expectTypeOf, it } from 'vitest'
import type { Database, NewPost, NewUser, Post, User } from '../src/models/schema.ts'

/** Never called, only type-checked. */
const wrongQueries = (db: Kysely<Database>) => [
  // @ts-expect-error there is no such table
  db.selectFrom('people'),
  // @ts-expect-error there is no such column
  db.selectFrom('users').select('name'),
  // @ts-expect-error there is no such column
  db.selectFrom('users').where('nickname', '=', 'x'),
  // @ts-expect-error an id is a number
  db.selectFrom('users').selectAll().where('id', '=', '1'),
  // @ts-expect-error an id is a number
  db.insertInto('followers').values({ follower_id: 'alice', followed_id: 2 }),
  // @ts-expect-error a follow has two ends
  db.insertInto('followers').values({ follower_id: 1 }),
  // @ts-expect-error a user has a username
  db.insertInto('users').values({ email: 'a@b' }),
  // @ts-expect-error the username cannot be null
  db.insertInto('users').values({ username: null }),
  // @ts-expect-error there is no such column
  db.insertInto('users').values({ username: 'alice', nickname: 'x' }),
  // @ts-expect-error the username cannot be null
  db.updateTable('users').set({ username: null }),
  // @ts-expect-error a body is a text
  db.updateTable('posts').set({ body: 5 }),
]

describe('the declared schema', () => {
  it('rejects unknown tables and columns and values of the wrong type', () => {
    expectTypeOf(wrongQueries).toBeFunction()
  })

  it('infers the type of a selected row', () => {
    expectTypeOf<User>().toEqualTypeOf<{ id: number; username: string; email: string | null; password_hash: string | null }>()
    expectTypeOf<Post>().toEqualTypeOf<{ id: number; body: string; timestamp: string; user_id: number }>()
  })

  it('infers the type of an inserted row', () => {
    expectTypeOf<NewUser>().branded.toEqualTypeOf<{
      id?: number | undefined
      username: string
      email?: string | null | undefined
      password_hash?: string | null | undefined
    }>()
    expectTypeOf<{ body: string; timestamp: string; user_id: number }>().toExtend<NewPost>()
  })
})
