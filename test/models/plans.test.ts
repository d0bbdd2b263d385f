/** What the questions cost, as SQLite plans them: nothing here may read a whole table. */
import SQLite from 'better-sqlite3'
import type { Compilable } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Store } from '../../src/db/store.ts'
import { followed, followers } from '../../src/models/followers.ts'
import { listPosts } from '../../src/models/post-lists.ts'
import { allPosts, postsOf, timeline } from '../../src/models/posts.ts'
import { rangeOf, relatedUsers, walkOf } from '../../src/models/related.ts'
import { walk } from '../../src/models/timeline.ts'
import { listNames } from '../../src/models/user-lists.ts'
import { findUser } from '../../src/models/users.ts'
import { world } from '../support/run.ts'

async function planner() {
  const { db: path } = await world('alice')
  const handle = new SQLite(path)
  onTestFinished(() => void handle.close())
  const { db } = new Store(handle)
  const plan = (query: Compilable) => {
    const { sql, parameters } = query.compile()
    const steps = handle.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters)
    return steps.map(({ detail }) => detail).join('\n')
  }
  return { db, handle, plan }
}

const page = { sort: 'timestamp', reverse: false, limit: 20, offset: 0 } as const

describe('query plans', () => {
  it('finds users by their name in the index', async () => {
    const { db, plan } = await planner()
    const query = db
      .selectFrom('users')
      .select('id')
      .where((eb) => eb(eb.fn<string>('lower', ['username']), '=', 'alice'))
    expect(plan(query)).toContain('users_lower_username')
    expect(await findUser(db, 'ALICE')).toEqual({ id: 1, username: 'alice' })
  })

  it('walks the newest posts of a timeline in their order and stops', async () => {
    const { db, plan } = await planner()
    const steps = plan(walk(db, 1, { rows: 20, reverse: false }))
    expect(steps).toContain('SCAN posts USING INDEX posts_timestamp')
    expect(steps).toContain('SEARCH followers USING PRIMARY KEY (follower_id=? AND followed_id=?)')
    expect(steps).not.toContain('TEMP B-TREE')
  })

  it('joins a short timeline from the authors, by index alone', async () => {
    const { db, plan } = await planner()
    const steps = plan(listPosts(db, timeline(db, 1), ['id', 'body'], page))
    expect(steps).toContain('SEARCH posts USING COVERING INDEX posts_user_id (user_id=?)')
    expect(steps).not.toMatch(/SCAN (posts|followers|users)/)
  })

  it('reads a page of posts in the order of an index', async () => {
    const { db, plan } = await planner()
    expect(plan(listPosts(db, postsOf(db, 1), ['id'], page))).toContain('SEARCH posts USING COVERING INDEX posts_user_id (user_id=?)')
    expect(plan(listPosts(db, allPosts(db), ['id'], page))).toContain('SCAN posts USING COVERING INDEX posts_timestamp')
  })

  it('reads a short list of followers as one range, and walks the names for a long one', async () => {
    const { db, plan } = await planner()
    const condition = { relationship: followers, userId: 1, isWanted: true }
    const back = { relationship: followed, userId: 1, isWanted: true }
    const short = plan(listNames(rangeOf(db, condition, [back]), { reverse: false }, undefined, 200))
    expect(short).toContain('SEARCH followers USING COVERING INDEX followers_followed_id (followed_id=?)')
    expect(short).not.toContain('SCAN')
    const long = plan(listNames(walkOf(db, [condition]), { reverse: false }, 'm', 8192))
    expect(long).toContain('SEARCH users USING COVERING INDEX users_username (username>?)')
    expect(long).toContain('followers_followed_id (followed_id=? AND follower_id>? AND follower_id<?)')
    expect(long).not.toContain('TEMP B-TREE')
  })

  it.each([
    // followers (those first in this order), rows wanted (0 is all)
    [30, 'id * 7919 % 120011', 5, ['found']],
    [2_000, 'id * 7919 % 120011', 5, ['walked']],
    [2_000, 'id * 7919 % 120011', 0, ['found']],
    [30_000, 'id * 7919 % 120011', 20_000, ['found']],
    [60_000, 'id * 7919 % 120011', 20_000, ['walked']],
    [95_000, 'id * 7919 % 120011', 0, ['found']],
    [120_000, 'id * 7919 % 120011', 0, ['walked', 'rest sorted']],
    [2_000, 'username DESC', 5, ['found']],
    [105_000, 'username DESC', 0, ['found']],
  ])('of 120,000 users %i follow, by %s: %i rows are %j', async (count, order, rows, expected) => {
    const { db, handle } = await planner()
    handle.exec(`
      WITH RECURSIVE n (id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM n WHERE id < 120001) INSERT INTO users (id, username) SELECT id, 'u' || id FROM n;
      INSERT INTO followers (follower_id, followed_id) SELECT id, 1 FROM users WHERE id > 1 ORDER BY ${order} LIMIT ${count}`)
    const { isSorted, rest } = await relatedUsers(db, [{ relationship: followers, userId: 1, isWanted: true }], { rows, reverse: false })
    expect([isSorted ? 'walked' : 'found', ...(rest ? ['rest sorted'] : [])]).toEqual(expected)
  })
})
