/**
 * Users who stand in several relationships at once: whom alice follows, who follow her back, and carol as well. Each condition is a range
 * of an index or a probe of it; which of them is read as a range, and which are probed for each of its rows, is decided by counts and estimates.
 */
import type { ExpressionBuilder, Kysely } from 'kysely'
import { followers, type Relationship } from './followers.ts'
import { countRows, cut, type Page } from './page.ts'
import type { Database } from './schema.ts'
import { allUsers, type UserQuery } from './users.ts'

/** Those who stand (or, if not `isWanted`, who do not stand) in `relationship` to the user. */
export interface Condition {
  readonly relationship: Relationship
  readonly userId: number
  readonly isWanted: boolean
}

/** To sort a user costs as much as to walk past this many. */
const sortCost = 4
/** However many users there are, no more than this are sorted at once. */
const mostSorted = 200_000
/** Lists up to here are counted, longer ones estimated from as many users as the other number says: it takes less than a millisecond. */
const mostCounted = 20_000
const sampleSize = 256

/** How to find the users: from the range of one condition, or, if there is no such `driver`, by walking all users. */
export interface Plan {
  readonly driver: Condition | undefined
  readonly probes: readonly Condition[]
}

/** The cheapest plan. `walk` says that the index of usernames has the order that is wanted, and how many `rows` of it (0 is all). */
export async function choosePlan(db: Kysely<Database>, conditions: readonly Condition[], walk?: { readonly rows: number }): Promise<Plan> {
  const wanted = conditions.filter(({ isWanted }) => isWanted)
  const planOf = (driver: Condition | undefined): Plan => ({ driver, probes: conditions.filter((condition) => condition !== driver) })
  if (!walk && wanted.length === 1) return planOf(wanted[0])
  const users = await highestId(db)
  let least = Number.POSITIVE_INFINITY
  let driver: Condition | undefined
  for (const condition of wanted) {
    const size = await estimateSize(db, condition, users)
    if (size < least) driver = condition
    least = Math.min(least, size)
  }
  // What else is asked of them says nothing of how far a walk leads to so many rows.
  const rows = conditions.length === 1 ? walk?.rows : 0
  return planOf(walk && isLong(least, users, rows || least) ? undefined : driver)
}

/** Whether the list is so long that walking all users until enough `rows` belong to it is cheaper than sorting it. */
function isLong(size: number, users: number, rows: number): boolean {
  if (size <= 200) return false
  return size > mostSorted || size * sortCost > users * Math.min(1, rows / size)
}

/** About as many users as there are: that they were counted would take too long. */
async function highestId(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('users').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row?.id ?? 0
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

/** The users that the plan finds, as a lazy query. */
export function relatedUsers(db: Kysely<Database>, { driver, probes }: Plan): UserQuery {
  const found = driver ? driver.relationship(db, driver.userId) : allUsers(db)
  return probes.reduce((query, condition) => query.where((eb) => probe(eb, condition, 'users.id')), found)
}

/** How many rows the page of that list has. No user is looked up for it: the association table has all that counts. */
export async function countRelated(
  db: Kysely<Database>,
  conditions: readonly Condition[],
  page: Pick<Page<string>, 'limit' | 'offset'>,
): Promise<number> {
  const { driver, probes } = await choosePlan(db, conditions)
  if (!driver) return 0
  const { near, far } = columns(driver)
  const range = db.selectFrom('followers as range').select(`range.${far} as id`).where(`range.${near}`, '=', driver.userId)
  const all = probes.reduce((query, condition) => query.where((eb) => probe(eb, condition, `range.${far}`)), range)
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
