/** Compares a search of thousands of posts, where the first posts are tested one by one, with plain arrays. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listPosts } from '../../src/models/post-fields.ts'
import { searchPosts } from '../../src/models/post-search.ts'
import { allPosts, postsOf, within } from '../../src/models/posts.ts'
import { pageOf } from '../support/oracle.ts'
import { rounds } from '../support/rounds.ts'
import { sessionWith } from '../support/session.ts'

interface Post {
  readonly id: number
  readonly who: number
  readonly timestamp: string
  readonly words: readonly string[]
}

const count = 3_000
const time = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()

/** Timestamps repeat, and rise with the ids except in a tenth of the posts. Only the newest posts have `late`, only the oldest `early`. */
const library: readonly Post[] = Array.from({ length: count }, (_unused, index) => {
  const minute = index % 10 === 3 ? (index * 7919) % count : Math.floor(index / 2) * 2
  const words = [
    'common',
    index % 3 === 0 && 'third',
    index % 40 === 0 && 'rare',
    minute > count - 700 && 'late',
    minute < 700 && 'early',
    index % 5 === 0 && '漢字テスト',
    index % 4 === 0 && '#tag',
    index % 6 === 0 && '#tagged tag',
  ]
  return { id: index + 1, who: (index % 7) + 1, timestamp: time(minute), words: words.filter((word) => typeof word === 'string') }
})

const newestFirst = (a: Post, b: Post) => (a.timestamp === b.timestamp ? b.id - a.id : a.timestamp < b.timestamp ? 1 : -1)

const queries: Readonly<Record<string, (post: Post) => boolean>> = {
  third: ({ words }) => words.includes('third'),
  rare: ({ words }) => words.includes('rare'),
  late: ({ words }) => words.includes('late'),
  early: ({ words }) => words.includes('early'),
  'third NOT late': ({ words }) => words.includes('third') && !words.includes('late'),
  'early third': ({ words }) => words.includes('early') && words.includes('third'),
  'rare OR late': ({ words }) => words.includes('rare') || words.includes('late'),
  '"common third"': ({ words }) => words.includes('third'),
  'thi*': ({ words }) => words.includes('third'),
  テスト: ({ words }) => words.includes('漢字テスト'),
  '漢字 third': ({ words }) => words.includes('漢字テスト') && words.includes('third'),
  'テスト NOT late': ({ words }) => words.includes('漢字テスト') && !words.includes('late'),
  'rare OR "漢字"': ({ words }) => words.includes('rare') || words.includes('漢字テスト'),
  '#tag': ({ words }) => words.includes('#tag'),
  '#tag thi*': ({ words }) => words.includes('#tag') && words.includes('third'),
  '漢字 #tag NOT (late OR early)': ({ words }) =>
    words.includes('漢字テスト') && words.includes('#tag') && !words.includes('late') && !words.includes('early'),
  nothing: () => false,
}

describe('search', () => {
  it('finds the same posts as a filter over all posts, on any page, in any period and by any user', async () => {
    const session = await sessionWith('a', 'b', 'c', 'd', 'e', 'f', 'g')
    const { db } = session
    for (let start = 0; start < count; start += 500) {
      const rows = library
        .slice(start, start + 500)
        .map(({ who, timestamp, words }) => ({ user_id: who, timestamp, body: words.join(' ') }))
      await db.insertInto('posts').values(rows).execute()
    }
    const moment = fc.option(fc.integer({ min: 0, max: count }).map(time), { nil: undefined })
    const asked = fc.record({
      query: fc.constantFrom(...Object.keys(queries)),
      who: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
      from: moment,
      to: moment,
      limit: fc.constantFrom(0, 1, 21, 100, 200, 1_000),
      offset: fc.constantFrom(0, 0, 5, 50),
      reverse: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(asked, async ({ query, who, from, to, limit, offset, reverse }) => {
        const period = { from, to }
        const listed = library
          .filter((post) => queries[query]?.(post) && (who === undefined || post.who === who))
          .filter(({ timestamp }) => timestamp >= (from ?? '') && timestamp <= (to ?? '9'))
          .sort(newestFirst)
        const expected = pageOf(listed, { limit, offset, reverse }).map(({ id }) => id)
        const posts = who === undefined ? allPosts(db) : postsOf(db, who)
        const wanted = { ...period, rows: limit && limit + offset, reverse }
        const found = await searchPosts(db, posts, await session.search(query), wanted)
        const rows = await listPosts(db, within(found, period), ['id'], { sort: 'timestamp', reverse, limit, offset }).execute()
        expect(rows.map(({ id }) => id)).toEqual(expected)
      }),
      { numRuns: rounds(200, 2_000), seed: 2026 },
    )
  }, 120_000)

  it('does not test single posts for a prefix query', async () => {
    const session = await sessionWith('a')
    expect((await session.search('tea')).matchesEach).toBeDefined()
    expect((await session.search('te*')).matchesEach).toBeUndefined()
    expect((await session.search('#tea')).matchesEach).toBeDefined()
    expect((await session.search('#tea cof*')).matchesEach).toBeUndefined()
  })
})
