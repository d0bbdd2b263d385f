// Kysely as its documentation begins, with its own driver for SQLite: kysely.mjs DATABASE TASK ARGUMENTS...
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'

const [database, task, ...names] = process.argv.slice(2)
const db = new Kysely({ dialect: new SqliteDialect({ database: new Database(database) }) })
const find = (name) => db.selectFrom('users').select(['id', 'username']).where('username', '=', name).executeTakeFirstOrThrow()
const print = (lines) => process.stdout.write(`${lines.join('\n')}\n`)

const tasks = {
  async 'is-following'(one, other) {
    const [a, b] = [await find(one), await find(other)]
    const row = await db
      .selectFrom('followers')
      .selectAll()
      .where('follower_id', '=', a.id)
      .where('followed_id', '=', b.id)
      .executeTakeFirst()
    print([row !== undefined])
  },
  async followers(name) {
    const { id } = await find(name)
    const query = db.selectFrom('followers').innerJoin('users', 'users.id', 'follower_id').select('username').where('followed_id', '=', id)
    print((await query.orderBy('username').execute()).map(({ username }) => username))
  },
  async follow(one, other) {
    const [a, b] = [await find(one), await find(other)]
    const values = { follower_id: a.id, followed_id: b.id }
    await db
      .insertInto('followers')
      .values(values)
      .onConflict((oc) => oc.doNothing())
      .execute()
  },
  async post(name, body) {
    const { id } = await find(name)
    await db.insertInto('posts').values({ body, timestamp: new Date().toISOString(), user_id: id }).execute()
  },
  async timeline(name) {
    const { id } = await find(name)
    const query = db
      .selectFrom('posts')
      .innerJoin('users', 'users.id', 'user_id')
      .select(['timestamp', 'username', 'body'])
      .where((eb) =>
        eb.or([
          eb('user_id', '=', id),
          eb('user_id', 'in', eb.selectFrom('followers').select('followed_id').where('follower_id', '=', id)),
        ]),
      )
    const rows = await query.orderBy('timestamp', 'desc').limit(20).execute()
    print(rows.map(({ timestamp, username, body }) => `${timestamp} ${username} ${body}`))
  },
  async suggest(name) {
    const { id } = await find(name)
    const rows = await db
      .selectFrom('followers as a')
      .innerJoin('followers as b', 'b.follower_id', 'a.followed_id')
      .innerJoin('users', 'users.id', 'b.followed_id')
      .select(['username', (eb) => eb.fn.countAll().as('n')])
      .where('a.follower_id', '=', id)
      .where('b.followed_id', '<>', id)
      .where('b.followed_id', 'not in', (eb) => eb.selectFrom('followers').select('followed_id').where('follower_id', '=', id))
      .groupBy('b.followed_id')
      .orderBy('n', 'desc')
      .limit(20)
      .execute()
    print(rows.map(({ username }) => username))
  },
  async search(word) {
    const query = db.selectFrom('posts').innerJoin('users', 'users.id', 'user_id').select(['timestamp', 'username', 'body'])
    const found = query.where('posts.id', 'in', sql`(select rowid from posts_search where posts_search match ${word})`)
    const rows = await found.orderBy('timestamp', 'desc').limit(20).execute()
    print(rows.map(({ timestamp, username, body }) => `${timestamp} ${username} ${body}`))
  },
  async users() {
    print((await db.selectFrom('users').select('username').orderBy('username').execute()).map(({ username }) => username))
  },
  async import(file) {
    const ids = new Map((await db.selectFrom('users').select(['id', 'username']).execute()).map(({ id, username }) => [username, id]))
    await db.transaction().execute(async (transaction) => {
      for await (const line of createInterface({ input: createReadStream(file) })) {
        const [one, other] = line.split('\t')
        const values = { follower_id: ids.get(one), followed_id: ids.get(other) }
        await transaction
          .insertInto('followers')
          .values(values)
          .onConflict((oc) => oc.doNothing())
          .execute()
      }
    })
  },
}

await tasks[task](...names)
await db.destroy()
