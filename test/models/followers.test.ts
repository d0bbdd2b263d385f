import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { follow, followed, followers, isFollowing, type Relationship, reverseOf, unfollow } from '../../src/models/followers.ts'
import { countRelated, rangeScan, usernameScan } from '../../src/models/related.ts'
import { sessionWith } from '../support/session.ts'

/** The ids that `of` yields for a user, computed from an array of edges. */
const relatedTo = (edges: readonly [number, number][], of: Relationship, user: number): number[] =>
  of === followers
    ? edges.filter(([, right]) => right === user).map(([left]) => left)
    : edges.filter(([left]) => left === user).map(([, right]) => right)

describe('a relationship', () => {
  it('is a lazy query that sees changes made before it is executed', async () => {
    const { db } = await sessionWith('alice', 'bob')
    const query = followers(db, 2).select('username')
    await follow(db, 1, [2])
    expect(await query.execute()).toEqual([{ username: 'alice' }])
  })

  it('can be filtered, sorted and paged by the caller', async () => {
    const { db } = await sessionWith('alice', 'bob', 'carol', 'dan')
    await follow(db, 1, [2, 3, 4])
    const names = followed(db, 1).select('username').where('username', '>', 'bob').orderBy('username', 'desc')
    expect(await names.execute()).toEqual([{ username: 'dan' }, { username: 'carol' }])
    expect(await names.limit(1).offset(1).execute()).toEqual([{ username: 'carol' }])
  })

  it('can be counted', async () => {
    const { db } = await sessionWith('alice', 'bob', 'carol')
    await follow(db, 1, [2, 3])
    const count = followed(db, 1).select((eb) => eb.fn.countAll<number>().as('n'))
    expect(await count.executeTakeFirstOrThrow()).toEqual({ n: 2 })
  })

  it('can be streamed', async () => {
    const { db } = await sessionWith('alice', 'bob', 'carol')
    await follow(db, 1, [2, 3])
    const names: string[] = []
    for await (const { username } of followed(db, 1).select('username').orderBy('username').stream()) names.push(username)
    expect(names).toEqual(['bob', 'carol'])
  })

  it('is not changed when a filtered query is derived from it', async () => {
    const { db } = await sessionWith('alice', 'bob', 'carol')
    await follow(db, 1, [2, 3])
    const all = followed(db, 1)
    all.where('users.id', '=', 2)
    expect(await all.select('username').execute()).toHaveLength(2)
  })

  it('yields the same users as sets do for any conditions, read by range or by walk', async () => {
    const session = await sessionWith('u1', 'u2', 'u3', 'u4', 'u5')
    const { db } = session
    const id = fc.integer({ min: 1, max: 5 })
    const relationship = fc.constantFrom(followers, followed)
    const pairs = fc.array(fc.tuple(id, id).filter(([a, b]) => a !== b))
    await fc.assert(
      fc.asyncProperty(
        pairs,
        relationship,
        id,
        fc.array(fc.record({ relationship, userId: id, isWanted: fc.boolean() }), { maxLength: 3 }),
        async (edges, start, user, refinements) => {
          await session.change({}, async (changing) => {
            await changing.deleteFrom('followers').execute()
            for (const [a, b] of edges) await follow(changing, a, [b])
          })
          const related = (of: Relationship, to: number) => new Set(relatedTo(edges, of, to))
          const conditions = [{ relationship: start, userId: user, isWanted: true }, ...refinements]
          const expected = [...related(start, user)].filter((one) =>
            refinements.every(({ relationship: of, userId, isWanted }) => related(of, userId).has(one) === isWanted),
          )
          for (const query of [await rangeScan(db, conditions), usernameScan(db, conditions)]) {
            const rows = await query.select('users.id').orderBy('users.id').execute()
            expect(rows.map((row) => row.id)).toEqual(expected.sort())
          }
          expect(await countRelated(db, conditions, { limit: 0, offset: 0 })).toBe(expected.length)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('is followers when followed is reversed, and vice versa', () => {
    expect(reverseOf(followers)).toBe(followed)
    expect(reverseOf(followed)).toBe(followers)
  })
})

describe('follow and unfollow', () => {
  it('return the ids of the users whose row changed', async () => {
    const { db } = await sessionWith('alice', 'bob', 'carol')
    expect(await follow(db, 1, [2])).toEqual(new Set([2]))
    expect(await follow(db, 1, [2, 3])).toEqual(new Set([3]))
    expect(await unfollow(db, 1, [3])).toEqual(new Set([3]))
    expect(await unfollow(db, 1, [2, 3])).toEqual(new Set([2]))
  })

  it('are reflected by isFollowing', async () => {
    const { db } = await sessionWith('alice', 'bob')
    await follow(db, 1, [2])
    expect([await isFollowing(db, 1, 2), await isFollowing(db, 2, 1)]).toEqual([true, false])
    await unfollow(db, 1, [2])
    expect(await isFollowing(db, 1, 2)).toBe(false)
  })
})
