/**
 * Two ways to the newest posts of a timeline. Who follows much-writing people finds them among everyone's newest posts; who follows
 * few has few posts to sort. Together they read about √(posts × limit) rows at most, however large the tables are.
 */
import type { Kysely } from 'kysely'
import { countRows, highestId } from './page.ts'
import { allPosts, type Period, type PostQuery, timeline, within } from './posts.ts'
import type { Database } from './schema.ts'

/** As many of everyone's newest posts are looked at before that is given up. */
const budget = 20_000
/** A longer page is not looked for in the newest posts. */
const longestPage = 1_000

export interface Wanted extends Period {
  /** Rows, those left out by an offset included; 0 is all. */
  readonly rows: number
  /** Oldest first. */
  readonly reverse: boolean
}

/** The posts among which the wanted part of the user's timeline is found by sorting: that part alone where a walk found it, else all. */
export async function timelinePart(db: Kysely<Database>, userId: number, wanted: Wanted): Promise<PostQuery> {
  const all = within(timeline(db, userId), wanted)
  if (wanted.rows === 0 || wanted.rows > longestPage || (await isShort(db, userId, wanted))) return all
  const found = await walk(db, userId, wanted).execute()
  if (found.length < wanted.rows) return all
  return allPosts(db).where(
    'posts.id',
    'in',
    found.map(({ id }) => id),
  )
}

/** Whether there are so few posts that sorting them is cheaper than a walk, which has to look at about posts × rows / few of them. */
async function isShort(db: Kysely<Database>, userId: number, wanted: Wanted): Promise<boolean> {
  const posts = await highestId(db, 'posts')
  const few = Math.ceil(Math.sqrt(posts * wanted.rows))
  const friends = db.selectFrom('followers').select('followed_id as id').where('follower_id', '=', userId).limit(few)
  // Only if they write about as much as others do is it worth while to count what they wrote.
  const expected = ((await countRows(db, friends)) * posts) / (await highestId(db, 'users'))
  return expected <= few && (await countRows(db, within(timeline(db, userId), wanted).select('posts.id').limit(few))) < few
}

/** Look at the newest posts one by one, until enough are by someone whom the user sees or the budget is spent. */
export function walk(db: Kysely<Database>, userId: number, { rows, reverse, ...period }: Wanted) {
  const direction = reverse ? 'asc' : 'desc'
  const newest = within(allPosts(db), period)
    .select(['posts.id', 'posts.user_id'])
    .orderBy('posts.timestamp', direction)
    .orderBy('posts.id', direction)
    .limit(budget)
  return db
    .selectFrom(newest.as('newest'))
    .select('newest.id')
    .where((eb) =>
      eb.or([
        eb('newest.user_id', '=', userId),
        eb.exists(
          eb.selectFrom('followers').select('followed_id').where('follower_id', '=', userId).whereRef('followed_id', '=', 'newest.user_id'),
        ),
      ]),
    )
    .limit(rows)
}
