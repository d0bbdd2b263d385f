/** Query plans: no query reads a whole table where it can use an index. */
import SQLite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SqliteSession } from '../../src/db/sqlite/session.ts'
import { followed, followers, type Relationship } from '../../src/models/followers.ts'
import { shortestPath } from '../../src/models/path.ts'
import { neighbourhood, picture } from '../../src/models/picture.ts'
import { listPosts } from '../../src/models/post-fields.ts'
import { searchPosts } from '../../src/models/post-search.ts'
import { allPosts, postsOf, timeline } from '../../src/models/posts.ts'
import { type Conditions, countRelated, relatedUsers, usernameScan } from '../../src/models/related.ts'
import { countSuggestions, listSuggestions } from '../../src/models/suggest.ts'
import { listNames, listUsers } from '../../src/models/user-fields.ts'
import { findUser } from '../../src/models/users.ts'
import { world } from '../support/run.ts'

type RunQuery = (session: SqliteSession) => Promise<unknown>

/** 20,001 users, of whom 20,000 follow the first. Users 2, 3 and 4 follow each other in a cycle. Users 1 to 4 have a post each. */
async function network() {
  const { db: path } = await world('alice')
  const handle = new SQLite(path)
  onTestFinished(() => void handle.close())
  handle.exec(`
    WITH RECURSIVE n (id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM n WHERE id < 20001) INSERT INTO users (id, username) SELECT id, 'u' || id FROM n;
    INSERT INTO followers (follower_id, followed_id) SELECT id, 1 FROM users WHERE id > 1;
    INSERT INTO followers (follower_id, followed_id) VALUES (2, 3), (3, 4), (4, 2), (1, 2);
    INSERT INTO posts (body, timestamp, user_id) SELECT 'hello', '2026-01-02T00:00:00.000Z', id FROM users WHERE id < 5`)
  return { handle, session: new SqliteSession(handle) }
}

/** The query plans of all statements that `runQuery` runs, one step per line. */
async function plansOf(runQuery: RunQuery): Promise<string> {
  const { handle, session } = await network()
  const prepare = handle.prepare.bind(handle)
  const statements = new Set<string>()
  handle.prepare = ((sql: string) => {
    statements.add(sql)
    return prepare(sql)
  }) as typeof handle.prepare
  await runQuery(session)
  const plan = (sql: string) => prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...(sql.match(/\?/g) ?? []))
  return [...statements].flatMap((sql) => plan(sql).map(({ detail }) => detail)).join('\n')
}

const all = { sort: 'username', reverse: false, limit: 0, offset: 0 } as const
const newest = { sort: 'timestamp', reverse: false, limit: 20, offset: 0 } as const
const condition = (relationship: Relationship, userId: number, isWanted = true) => ({ relationship, userId, isWanted })

const names = async (session: SqliteSession, conditions: Conditions) => {
  for await (const _block of session.text(listNames(await relatedUsers(session.db, conditions, all), all), '\n', async () => 30_000));
}

describe('query plans', () => {
  it.each<[question: string, runQuery: RunQuery, ...steps: string[]]>([
    ['a user by name', ({ db }) => findUser(db, 'ALICE'), 'SEARCH users USING INDEX users_lower_username (<expr>=?)'],
    [
      'a list of followers',
      ({ db }) => followers(db, 2).select('username').execute(),
      'SEARCH follow USING COVERING INDEX followers_followed_id (followed_id=?)',
      'SEARCH users USING INTEGER PRIMARY KEY (rowid=?)',
    ],
    ['a list of followed', ({ db }) => followed(db, 2).select('username').execute(), 'SEARCH follow USING PRIMARY KEY (follower_id=?)'],
    [
      'the names of a short filtered list',
      (session) => names(session, [condition(followed, 2), condition(followers, 2), condition(followers, 1, false)]),
      'SEARCH probe USING COVERING INDEX followers_followed_id (followed_id=? AND follower_id>? AND follower_id<?)',
    ],
    [
      'the smaller of two wanted ranges',
      ({ db }) =>
        relatedUsers(db, [condition(followers, 1), condition(followed, 2)], all).then((query) => query.select('username').execute()),
      'SEARCH follow USING PRIMARY KEY (follower_id=?)',
      'SEARCH probe EXISTS USING COVERING INDEX followers_followed_id (followed_id=? AND follower_id>? AND follower_id<?)',
    ],
    [
      'the count of two wanted ranges',
      ({ db }) => countRelated(db, [condition(followers, 1), condition(followed, 2)], all),
      'SEARCH range USING PRIMARY KEY (follower_id=?)',
    ],
    [
      'a timeline',
      ({ db }) => listPosts(db, timeline(db, 1), ['id', 'body'], newest).execute(),
      'SEARCH posts USING COVERING INDEX posts_user_id (user_id=?)',
      'SEARCH followers USING PRIMARY KEY (follower_id=?)',
    ],
    [
      "a page of one user's posts",
      ({ db }) => listPosts(db, postsOf(db, 1), ['id'], newest).execute(),
      'SEARCH posts USING COVERING INDEX posts_user_id (user_id=?)',
    ],
    [
      'suggestions',
      ({ db }) => listSuggestions(db, 2, ['username', 'followers'], { ...all, limit: 20 }).execute(),
      'SEARCH followers USING PRIMARY KEY (follower_id=?)',
      'SEARCH users USING INTEGER PRIMARY KEY (rowid=?)',
    ],
    ['the count of suggestions', ({ db }) => countSuggestions(db, 2, all), 'SEARCH followers USING PRIMARY KEY (follower_id=?)'],
    [
      'a path',
      ({ db }) => shortestPath(db, 2, 4, 20),
      'SEARCH followers USING PRIMARY KEY (follower_id=?)',
      'SEARCH followers USING COVERING INDEX followers_followed_id (followed_id=?)',
    ],
    [
      'a picture',
      async ({ db }) => picture(db, (await neighbourhood(db, 3, 1, 100)) ?? []),
      'SEARCH followers USING COVERING INDEX followers_followed_id (followed_id=?)',
      'SEARCH follow USING PRIMARY KEY (follower_id=?)',
      'SEARCH back USING PRIMARY KEY (follower_id=? AND followed_id=?) LEFT-JOIN',
    ],
  ])('reads no whole table for %s', async (_question, runQuery, ...steps) => {
    const plans = await plansOf(runQuery)
    for (const step of steps) expect(plans).toContain(step)
    expect(plans).not.toMatch(/SCAN (users|posts|followers|follow|probe|range|back)\b|MULTI-INDEX OR/)
  })

  it('reads the edges of the graph in the order of an index', async () => {
    expect(await plansOf(({ db }) => shortestPath(db, 2, 4, 20))).not.toContain('TEMP B-TREE')
  })

  it('tests the first posts of a search in the order of an index, then reads the matching ones by rowid', async () => {
    const wanted = { rows: 20, reverse: false }
    const plans = await plansOf(async (session) => {
      const found = await searchPosts(session.db, allPosts(session.db), await session.search('hello'), wanted)
      return listPosts(session.db, found, ['id'], newest).execute()
    })
    expect(plans).toContain('SCAN posts USING COVERING INDEX posts_timestamp')
    expect(plans).toContain('SEARCH posts USING INTEGER PRIMARY KEY (rowid=?)')
    expect(plans).not.toMatch(/SCAN posts$/m)
  })

  it('reads a page of all posts in the order of an index', async () => {
    const plans = await plansOf(({ db }) => listPosts(db, allPosts(db), ['id'], newest).execute())
    expect(plans).toContain('SCAN posts USING COVERING INDEX posts_timestamp')
  })

  it('walks the names in order and looks each up in a range of one index', async () => {
    const plans = await plansOf(({ db }) => listNames(usernameScan(db, [condition(followers, 1)]), { ...all, limit: 5 }).execute())
    expect(plans).toContain('SCAN users USING COVERING INDEX users_username')
    expect(plans).toContain('followers_followed_id (followed_id=? AND follower_id>? AND follower_id<?)')
    expect(plans).not.toContain('TEMP B-TREE')
  })

  const isWalked = /SCAN users USING COVERING INDEX users_username/
  it.each([
    ['a short page of a long list', [condition(followers, 1)], { limit: 5 }, true],
    ['a reversed page of a long list', [condition(followers, 1)], { limit: 5, reverse: true }, true],
    ['a hundredth of a long list', [condition(followers, 1)], { limit: 200 }, true],
    ['more than a hundredth of a long list', [condition(followers, 1)], { limit: 201 }, false],
    ['all of a long list', [condition(followers, 1)], { limit: 0 }, false],
    ['as many rows as a long list has', [condition(followers, 1)], { limit: 20_000 }, false],
    ['a page at the end of a long list, by an offset', [condition(followers, 1)], { limit: 5, offset: 19_995 }, false],
    ['a page in another order', [condition(followers, 1)], { limit: 5, sort: 'id' as const }, false],
    ['a page of a short list', [condition(followers, 2)], { limit: 5 }, false],
    ['a page of a filtered list', [condition(followers, 1), condition(followed, 2)], { limit: 5 }, false],
  ])('walks the names only for a short page of a long list: %s', async (_page, conditions, wanted, walked) => {
    const page = { ...all, ...wanted }
    const plans = await plansOf(async ({ db }) => listUsers(await relatedUsers(db, conditions, page), ['username'], page).execute())
    expect(isWalked.test(plans)).toBe(walked)
  })
})
