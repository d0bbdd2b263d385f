/** Applies random changes to the models and to plain maps and sets, and compares the results of queries. */
import SQLite from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SqliteSession } from '../../src/db/sqlite/session.ts'
import { follow, followed, followers, isFollowing, unfollow } from '../../src/models/followers.ts'
import { shortestPath } from '../../src/models/path.ts'
import { neighbourhood, picture } from '../../src/models/picture.ts'
import { listPosts } from '../../src/models/post-fields.ts'
import { addPost, allPosts, removePosts, timeline } from '../../src/models/posts.ts'
import { type Condition, countRelated, rangeScan, relatedUsers, usernameScan } from '../../src/models/related.ts'
import { countSuggestions, listSuggestions } from '../../src/models/suggest.ts'
import { listNames } from '../../src/models/user-fields.ts'
import { addUsers, editUser, removeUsers } from '../../src/models/users.ts'
import { Oracle, pageOf } from '../support/oracle.ts'
import { rounds } from '../support/rounds.ts'
import { world } from '../support/run.ts'

const sequences = rounds(200, 2_000)
const people = 5

type Change =
  | { readonly do: 'follow' | 'unfollow'; readonly who: number; readonly whom: number }
  | { readonly do: 'post'; readonly who: number; readonly second: number; readonly words: readonly string[] }
  | { readonly do: 'unpost'; readonly id: number }
  | { readonly do: 'remove'; readonly who: number }
  | { readonly do: 'rename'; readonly who: number }

const id = fc.integer({ min: 1, max: people })
const words = fc.uniqueArray(fc.constantFrom('tea', 'coffee', 'cake'), { minLength: 1 })
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('follow' as const), who: id, whom: id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unfollow' as const), who: id, whom: id }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('post' as const), who: id, second: fc.integer({ min: 0, max: 9 }), words }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unpost' as const), id: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), who: id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), who: id }) },
)

/** The arguments of the queries that are compared after the changes. */
const queryArguments = fc.record({
  who: id,
  page: fc.record({ limit: fc.integer({ min: 0, max: 4 }), offset: fc.integer({ min: 0, max: 3 }), reverse: fc.boolean() }),
  refinements: fc.array(fc.record({ relationship: fc.constantFrom(followers, followed), userId: id, isWanted: fc.boolean() }), {
    maxLength: 2,
  }),
  depth: fc.integer({ min: 0, max: 3 }),
})
type QueryArguments = typeof queryArguments extends fc.Arbitrary<infer T> ? T : never

const timestamp = (second: number) => `2026-01-02T00:00:0${second}.000Z`

async function apply({ db }: SqliteSession, oracle: Oracle, change: Change): Promise<void> {
  if (change.do === 'unpost') expect((await removePosts(db, [change.id])).has(change.id)).toBe(oracle.posts.delete(change.id))
  else if (!oracle.users.has(change.who)) return
  else if (change.do === 'post') {
    const made = await addPost(db, { user_id: change.who, body: change.words.join(' '), timestamp: timestamp(change.second) })
    expect(made).toBe(oracle.post(change.who, change.second, change.words))
  } else if (change.do === 'remove') {
    await removeUsers(db, [change.who])
    oracle.remove(change.who)
  } else if (change.do === 'rename') {
    const name = `${oracle.users.get(change.who)}x`
    await editUser(db, change.who, { username: name })
    oracle.users.set(change.who, name)
  } else if ('whom' in change && change.who !== change.whom && oracle.users.has(change.whom)) {
    const isNew = !oracle.doesFollow(change.who, change.whom)
    const changed = await (change.do === 'follow' ? follow : unfollow)(db, change.who, [change.whom])
    expect(changed.has(change.whom)).toBe(change.do === 'follow' ? isNew : !isNew)
    if (change.do === 'follow') oracle.follows.add(`${change.who}>${change.whom}`)
    else oracle.follows.delete(`${change.who}>${change.whom}`)
  }
}

/** Compares the queries for one user, if that user still exists. */
async function compare(session: SqliteSession, oracle: Oracle, queryArguments: QueryArguments): Promise<void> {
  if (!oracle.users.has(queryArguments.who)) return
  await compareLists(session, oracle, queryArguments)
  await comparePosts(session, oracle, queryArguments)
  await compareSuggestions(session, oracle, queryArguments)
  await comparePaths(session, oracle, queryArguments)
  await comparePicture(session, oracle, queryArguments)
}

async function compareLists(session: SqliteSession, oracle: Oracle, { who, page, refinements }: QueryArguments): Promise<void> {
  const holds = ({ relationship, userId: of, isWanted }: Condition, other: number) =>
    (relationship === followers ? oracle.doesFollow(other, of) : oracle.doesFollow(of, other)) === isWanted
  const byName = { ...page, sort: 'username' } as const
  for (const relationship of [followers, followed]) {
    const conditions = [{ relationship, userId: who, isWanted: true }, ...refinements]
    const expected = pageOf(
      oracle.names((other) => conditions.every((condition) => holds(condition, other))),
      page,
    )
    for (const query of [await rangeScan(session.db, conditions), usernameScan(session.db, conditions)])
      expect((await listNames(query, byName).execute()).map(({ line }) => line)).toEqual(expected)
    let text = ''
    const names = listNames(await relatedUsers(session.db, conditions, byName), byName)
    for await (const block of session.text(names, '\n', async () => people)) text += Buffer.from(block).toString()
    expect(text).toBe(expected.join('\n'))
    expect(await countRelated(session.db, conditions, page)).toBe(expected.length)
  }
}

async function comparePosts(session: SqliteSession, oracle: Oracle, { who, page }: QueryArguments): Promise<void> {
  const { db } = session
  const has = (post: number, word: string) => oracle.posts.get(post)?.words.includes(word) === true
  const lists = [
    { query: timeline(db, who), expected: oracle.timeline(who) },
    { query: allPosts(db).where((await session.search('tea')).matches), expected: oracle.newest((post) => post.words.includes('tea')) },
    {
      query: timeline(db, who).where((await session.search('coffee NOT tea')).matches),
      expected: oracle.timeline(who).filter((post) => has(post, 'coffee') && !has(post, 'tea')),
    },
  ]
  for (const { query, expected } of lists) {
    const rows = await listPosts(db, query, ['id'], { ...page, sort: 'timestamp' }).execute()
    expect(rows.map((row) => row.id)).toEqual(pageOf(expected, page))
  }
}

async function compareSuggestions({ db }: SqliteSession, oracle: Oracle, { who, page }: QueryArguments): Promise<void> {
  const expected = pageOf(oracle.suggestions(who, page.reverse), { ...page, reverse: false })
  expect(await listSuggestions(db, who, ['id', 'common'], page).execute()).toEqual(expected)
  expect(await countSuggestions(db, who, page)).toBe(expected.length)
}

async function comparePaths({ db }: SqliteSession, oracle: Oracle, { who }: QueryArguments): Promise<void> {
  const distances = oracle.reach(who, people, (from, to) => oracle.doesFollow(from, to))
  for (const other of oracle.users.keys()) {
    expect(await isFollowing(db, who, other)).toBe(oracle.doesFollow(who, other))
    const { path } = await shortestPath(db, who, other, 20)
    expect(path && path.length - 1).toBe(distances.get(other))
    expect(path?.slice(1).every((to, index) => oracle.doesFollow(path[index] as number, to)) ?? true).toBe(true)
    const isNear = (distances.get(other) ?? people) <= 1
    expect((await shortestPath(db, who, other, 1)).path !== undefined).toBe(isNear)
  }
}

async function comparePicture({ db }: SqliteSession, oracle: Oracle, { who, depth }: QueryArguments): Promise<void> {
  const near = [...oracle.reach(who, depth, (from, to) => oracle.doesFollow(from, to) || oracle.doesFollow(to, from)).keys()]
  expect((await neighbourhood(db, who, depth, near.length))?.sort()).toEqual(near.toSorted())
  if (near.length > 1) expect(await neighbourhood(db, who, depth, near.length - 1)).toBeUndefined()
  const { nodes, edges } = await picture(db, near)
  const countFollowers = (id: number) => [...oracle.users.keys()].filter((other) => oracle.doesFollow(other, id)).length
  const drawn = near.map((id) => ({ id, username: oracle.users.get(id) ?? '', followers: countFollowers(id) }))
  expect(nodes).toEqual(drawn.sort((a, b) => (a.username < b.username ? -1 : 1)))
  const follows = edges.flatMap(({ from, to, isMutual }) => [`${from}>${to}`, ...(isMutual ? [`${to}>${from}`] : [])])
  expect(follows.sort()).toEqual([...oracle.follows].filter((pair) => pair.split('>').every((end) => near.includes(Number(end)))).sort())
}

describe('the models', () => {
  it(`return the same as plain maps and sets after ${sequences} random sequences of changes`, async () => {
    const { db: path } = await world()
    const handle = new SQLite(path)
    handle.pragma('foreign_keys = ON')
    handle.pragma('synchronous = OFF')
    const session = new SqliteSession(handle)
    const changes = fc.array(change, { minLength: 8, maxLength: 24 })
    await fc.assert(
      fc.asyncProperty(changes, queryArguments, async (sequence, queryArguments) => {
        handle.exec("DELETE FROM users; DELETE FROM sqlite_sequence WHERE name = 'posts'; BEGIN")
        const oracle = new Oracle()
        for (let i = 1; i <= people; i++) oracle.users.set(i, `user${i}`)
        await addUsers(
          session.db,
          [...oracle.users].map(([key, username]) => ({ id: key, username })),
        )
        for (const one of sequence) await apply(session, oracle, one)
        await compare(session, oracle, queryArguments).finally(() => handle.exec('ROLLBACK'))
      }),
      { numRuns: sequences, seed: 2026 },
    )
    handle.close()
  }, 240_000)
})
