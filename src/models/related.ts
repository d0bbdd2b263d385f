/**
 * Users who stand in several relationships at once: whom alice follows, who follow her back, and carol as well. Each condition is a range
 * of an index or a probe of it; which of them is read as a range, and which are probed for each of its rows, is decided by counts and estimates.
 */
import type { ExpressionBuilder, Kysely } from 'kysely'
import { followers, type Relationship } from './followers.ts'
import { countRows, cut, highestId, type Page } from './page.ts'
import type { Database } from './schema.ts'
import { allUsers, type UserQuery } from './users.ts'

/** Those who stand (or, if not `isWanted`, who do not stand) in `relationship` to the user. */
export interface Condition {
  readonly relationship: Relationship
  readonly userId: number
  readonly isWanted: boolean
}

/** A list of up to so many users is sorted before its first line is printed, which takes a thirtieth of a second. */
const sortedAtOnce = 100_000
/** A list of more users than this is not sorted: all of its names would be in memory. */
const mostSorted = 1_500_000
/** Up to here a list is counted, which takes half a millisecond. */
const mostCounted = 20_000
/** To estimate a longer list, so many users from everywhere are looked up in it. Ids that somebody chose far from all others mislead it. */
const sampleSize = 256
/** A walk has to find members among so many names at its beginning. */
const firstNames = 500

/** The first of them is wanted. */
export type Conditions = readonly [Condition, ...Condition[]]

/** Users found in a range of the association table, in no order; or by walking through all in the order of their names. */
export interface Users {
  readonly query: UserQuery
  /** By walking: each is known at once, but the fewer they are the longer it takes. */
  readonly isSorted: boolean
  /** The same users in no order, if all but the first of them are sooner found so and sorted. */
  readonly rest?: UserQuery
}

/** The part of a list in the order of names that is wanted. */
export interface NamesWanted {
  /** Rows; 0 is all. */
  readonly rows: number
  readonly reverse: boolean
}

/** The users who meet the conditions, as lazy queries; `names` says that they are wanted in the order of their names. */
export async function relatedUsers(db: Kysely<Database>, conditions: Conditions, names?: NamesWanted): Promise<Users> {
  const users = await highestId(db, 'users')
  const { condition, size } = await cheapest(db, conditions, users)
  const found = { query: rangeOf(db, condition, without(conditions, condition)), isSorted: false }
  // What else is asked of them says nothing of how far a walk leads.
  if (!names || conditions.length > 1 || size <= 200) return found
  const isShort = names.rows > 0 && size ** 2 > users * names.rows
  if (!isShort && size <= sortedAtOnce) return found
  if (!(await isSpread(db, condition, size / users, names.reverse))) return found
  const walked = { query: walkOf(db, conditions), isSorted: true }
  return isShort || size > mostSorted ? walked : { ...walked, rest: found.query }
}

/** Whether the members of a list, which are this `part` of all users, are about as many among the first names: a walk is no use if they all come late. */
async function isSpread(db: Kysely<Database>, condition: Condition, part: number, reverse: boolean): Promise<boolean> {
  const first = db
    .selectFrom('users')
    .select('id')
    .orderBy('username', reverse ? 'desc' : 'asc')
    .limit(firstNames)
  const found = await countRows(db, probeAll(allUsers(db).where('users.id', 'in', first), [condition]).select('users.id'))
  return found * 4 > part * firstNames
}

/** The users in the range of `condition` for whom the `probes` hold. */
export const rangeOf = (db: Kysely<Database>, condition: Condition, probes: readonly Condition[]): UserQuery =>
  probeAll(condition.relationship(db, condition.userId), probes)

/** All users for whom the conditions hold, from the index of usernames. */
export const walkOf = (db: Kysely<Database>, conditions: readonly Condition[]): UserQuery => probeAll(allUsers(db), conditions)

const probeAll = (query: UserQuery, probes: readonly Condition[]): UserQuery =>
  probes.reduce((probed, condition) => probed.where((eb) => probe(eb, condition, 'users.id')), query)

const without = (conditions: readonly Condition[], one: Condition) => conditions.filter((condition) => condition !== one)

/** The wanted condition that the fewest users meet, and about how many these are. */
async function cheapest(db: Kysely<Database>, [first, ...others]: Conditions, users: number) {
  let least = { condition: first, size: await estimateSize(db, first, users) }
  for (const condition of others.filter(({ isWanted }) => isWanted)) {
    const size = await estimateSize(db, condition, users)
    if (size < least.size) least = { condition, size }
  }
  return least
}

async function estimateSize(db: Kysely<Database>, condition: Condition, users: number): Promise<number> {
  const { near, far } = columns(condition)
  const range = db.selectFrom('followers').select('follower_id').where(near, '=', condition.userId)
  const counted = await countRows(db, range.limit(mostCounted))
  if (counted < mostCounted) return counted
  return Math.max(counted, (users * (await countRows(db, range.where(far, 'in', spread(users))))) / sampleSize)
}

/** Ids from the whole of 1 to `users`, at steps of the golden ratio, which has no rhythm in common with anything. */
const spread = (users: number): number[] =>
  Array.from({ length: sampleSize }, (_unused, index) => 1 + Math.floor(((index * 0.618_033_988_75) % 1) * users))

/** How many rows the page of that list has. No user is looked up for it: the association table has all that counts. */
export async function countRelated(
  db: Kysely<Database>,
  conditions: Conditions,
  page: Pick<Page<string>, 'limit' | 'offset'>,
): Promise<number> {
  const driver = conditions.length === 1 ? conditions[0] : (await cheapest(db, conditions, await highestId(db, 'users'))).condition
  const { near, far } = columns(driver)
  const range = db.selectFrom('followers as range').select(`range.${far} as id`).where(`range.${near}`, '=', driver.userId)
  const all = without(conditions, driver).reduce((query, condition) => query.where((eb) => probe(eb, condition, `range.${far}`)), range)
  return countRows(db, cut(all, page))
}

/** The column that holds the user of the condition, and the one that holds those who are listed. */
const columns = ({ relationship }: Condition) =>
  relationship === followers
    ? ({ near: 'followed_id', far: 'follower_id' } as const)
    : ({ near: 'follower_id', far: 'followed_id' } as const)

type Listed = 'users.id' | 'range.follower_id' | 'range.followed_id'

function probe<DB extends Database, Tables extends keyof DB>(eb: ExpressionBuilder<DB, Tables>, condition: Condition, listed: Listed) {
  const { near, far } = columns(condition)
  const inner = eb as unknown as ExpressionBuilder<Database & { range: Database['followers'] }, 'users' | 'range'>
  const range = inner.selectFrom('followers as probe').select('probe.follower_id').where(`probe.${near}`, '=', condition.userId)
  // Written as a range, an equality is looked up in the reverse index, where all who follow one user stand side by side.
  const row =
    near === 'follower_id'
      ? range.whereRef(`probe.${far}`, '=', listed)
      : range.where((probed) => probed.between(`probe.${far}`, probed.ref(listed), probed.ref(listed)))
  return condition.isWanted ? inner.exists(row) : inner.not(inner.exists(row))
}
