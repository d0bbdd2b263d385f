/** Random sequences of changes against a plain Map and a Set: whatever is asked, the answers are the same. */
import SQLite from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Store } from '../../src/db/store.ts'
import { follow, followed, followers, isFollowing, unfollow } from '../../src/models/followers.ts'
import { shortestPath } from '../../src/models/path.ts'
import { listPosts } from '../../src/models/post-lists.ts'
import { addPost, allPosts, removePosts, timeline } from '../../src/models/posts.ts'
import { type Conditions, countRelated, relatedUsers, walkOf } from '../../src/models/related.ts'
import { suggest } from '../../src/models/suggest.ts'
import { timelinePart, walk } from '../../src/models/timeline.ts'
import { listNames } from '../../src/models/user-lists.ts'
import { addUsers, editUser, removeUsers } from '../../src/models/users.ts'
import { world } from '../support/run.ts'

const sequences = 2_000
const people = 5

type Change =
  | { readonly do: 'follow' | 'unfollow'; readonly who: number; readonly whom: number }
  | { readonly do: 'post'; readonly who: number; readonly second: number }
  | { readonly do: 'unpost'; readonly id: number }
  | { readonly do: 'remove'; readonly who: number }
  | { readonly do: 'rename'; readonly who: number }

const id = fc.integer({ min: 1, max: people })
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('follow' as const), who: id, whom: id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unfollow' as const), who: id, whom: id }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('post' as const), who: id, second: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unpost' as const), id: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), who: id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), who: id }) },
)

/** The same world in plain JavaScript. */
class Oracle {
  readonly users = new Map<number, string>()
  readonly follows = new Set<string>()
  readonly posts = new Map<number, { who: number; second: number }>()
  #lastPost = 0

  follows_(who: number, whom: number): boolean {
    return this.follows.has(`${who}>${whom}`)
  }

  post(who: number, second: number): number {
    this.posts.set(++this.#lastPost, { who, second })
    return this.#lastPost
  }

  remove(who: number): void {
    this.users.delete(who)
    for (const pair of this.follows) if (pair.split('>').includes(String(who))) this.follows.delete(pair)
    for (const [post, { who: author }] of this.posts) if (author === who) this.posts.delete(post)
  }

  names(isListed: (other: number) => boolean): string[] {
    return [...this.users].flatMap(([other, name]) => (isListed(other) ? [name] : [])).sort()
  }

  timeline(who: number): number[] {
    return [...this.posts]
      .filter(([, post]) => post.who === who || this.follows_(who, post.who))
      .sort(([a, { second: x }], [b, { second: y }]) => y - x || b - a)
      .map(([post]) => post)
  }

  distance(from: number, to: number): number {
    let frontier = [from]
    const seen = new Set(frontier)
    for (let length = 0; frontier.length > 0; length++) {
      if (seen.has(to)) return length
      frontier = [...this.users.keys()].filter((other) => !seen.has(other) && frontier.some((near) => this.follows_(near, other)))
      for (const other of frontier) seen.add(other)
    }
    return -1
  }

  suggestions(who: number): { id: number; common: number }[] {
    const common = (other: number) =>
      [...this.users.keys()].filter((friend) => this.follows_(who, friend) && this.follows_(friend, other)).length
    return [...this.users.keys()]
      .filter((other) => other !== who && !this.follows_(who, other) && common(other) > 0)
      .map((other) => ({ id: other, common: common(other) }))
      .sort((a, b) => b.common - a.common || a.id - b.id)
  }
}

const timestamp = (second: number) => `2026-01-02T00:00:0${second}.000Z`

async function apply(store: Store, oracle: Oracle, change: Change): Promise<void> {
  const { db } = store
  if (change.do === 'unpost') expect((await removePosts(db, [change.id])).has(change.id)).toBe(oracle.posts.delete(change.id))
  else if (!oracle.users.has(change.who)) return
  else if (change.do === 'post') {
    const made = await addPost(db, { user_id: change.who, body: 'x', timestamp: timestamp(change.second) })
    expect(made).toBe(oracle.post(change.who, change.second))
  } else if (change.do === 'remove') {
    await removeUsers(db, [change.who])
    oracle.remove(change.who)
  } else if (change.do === 'rename') {
    const name = `${oracle.users.get(change.who)}x`
    await editUser(db, change.who, { username: name })
    oracle.users.set(change.who, name)
  } else if ('whom' in change && change.who !== change.whom && oracle.users.has(change.whom)) {
    const isNew = !oracle.follows_(change.who, change.whom)
    const changed = await (change.do === 'follow' ? follow : unfollow)(db, change.who, [change.whom])
    expect(changed.has(change.whom)).toBe(change.do === 'follow' ? isNew : !isNew)
    if (change.do === 'follow') oracle.follows.add(`${change.who}>${change.whom}`)
    else oracle.follows.delete(`${change.who}>${change.whom}`)
  }
}

async function compare(store: Store, oracle: Oracle): Promise<void> {
  const { db } = store
  const graph = store.graph()
  for (const who of oracle.users.keys()) {
    const lists = [
      { relationship: followers, listed: (other: number) => oracle.follows_(other, who) },
      { relationship: followed, listed: (other: number) => oracle.follows_(who, other) },
    ]
    for (const { relationship, listed } of lists) await compareLists(store, oracle, who, relationship, listed)
    const expected = oracle.timeline(who)
    const page = { sort: 'timestamp', reverse: false, limit: 3, offset: 0 } as const
    const part = await timelinePart(db, who, { rows: 3, reverse: false })
    expect((await listPosts(db, part, ['id'], page).execute()).map((row) => row.id)).toEqual(expected.slice(0, 3))
    expect((await walk(db, who, { rows: 3, reverse: false }).execute()).map((row) => row.id)).toEqual(expected.slice(0, 3))
    expect((await listPosts(db, timeline(db, who), ['id'], { ...page, limit: 0 }).execute()).map((row) => row.id)).toEqual(expected)
    const ranking = suggest(graph, who)
    expect(Array.from({ length: ranking.length }, (_unused, rank) => ranking.at(rank))).toEqual(oracle.suggestions(who))
    for (const other of oracle.users.keys()) {
      expect(await isFollowing(db, who, other)).toBe(oracle.follows_(who, other))
      const { path } = shortestPath(graph, who, other, 20)
      expect((path?.length ?? 0) - 1).toBe(oracle.distance(who, other))
      expect(path?.slice(1).every((to, index) => oracle.follows_(path[index] as number, to)) ?? true).toBe(true)
    }
  }
  const all = await listPosts(db, allPosts(db), ['id'], { sort: 'id', reverse: true, limit: 0, offset: 0 }).execute()
  expect(all.map((row) => row.id)).toEqual([...oracle.posts.keys()])
}

type Relationship = typeof followers

async function compareLists(
  { db }: Store,
  oracle: Oracle,
  userId: number,
  relationship: Relationship,
  listed: (other: number) => boolean,
): Promise<void> {
  const wanted = { relationship, userId, isWanted: true }
  const reverse = relationship === followers ? followed : followers
  for (const isMutual of [undefined, true, false]) {
    const conditions: Conditions = isMutual === undefined ? [wanted] : [wanted, { relationship: reverse, userId, isWanted: isMutual }]
    const isListed = (other: number) =>
      listed(other) && (isMutual === undefined || (oracle.follows_(userId, other) && oracle.follows_(other, userId)) === isMutual)
    const names = oracle.names(isListed)
    for (const { query } of [await relatedUsers(db, conditions, { rows: 0, reverse: false }), { query: walkOf(db, conditions) }]) {
      const rows = await listNames(query, { reverse: false }, undefined, 100).execute()
      expect(rows.map(({ line }) => line)).toEqual(names)
    }
    expect(await countRelated(db, conditions, { limit: 0, offset: 0 })).toBe(names.length)
  }
}

describe('the models', () => {
  it(`answer as plain maps and sets do, after ${sequences} random sequences of changes`, async () => {
    const { db: path } = await world()
    const handle = new SQLite(path)
    handle.pragma('foreign_keys = ON')
    handle.pragma('synchronous = OFF')
    const store = new Store(handle)
    const changes = fc.array(change, { minLength: 8, maxLength: 24 })
    await fc.assert(
      fc.asyncProperty(changes, async (sequence) => {
        handle.exec("DELETE FROM users; DELETE FROM sqlite_sequence WHERE name = 'posts'; BEGIN")
        const oracle = new Oracle()
        for (let i = 1; i <= people; i++) oracle.users.set(i, `user${i}`)
        await addUsers(
          store.db,
          [...oracle.users].map(([key, username]) => ({ id: key, username })),
        )
        for (const one of sequence) await apply(store, oracle, one)
        await compare(store, oracle).finally(() => handle.exec('ROLLBACK'))
      }),
      { numRuns: sequences, seed: 2026 },
    )
    handle.close()
  }, 240_000)
})
