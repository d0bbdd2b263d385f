/**
 * Users that meet several conditions at once, such as: alice follows them, they follow alice, and they follow carol. A query reads the
 * users of the condition that the fewest meet, a range of the association table, and tests the other conditions by one index probe each.
 */
import type { ExpressionBuilder, Kysely } from 'kysely'
import { followers, type Relationship } from './followers.ts'
import { countRows, type Page, paginate } from './page.ts'
import type { Database } from './schema.ts'
import { allUsers, type UserQuery } from './users.ts'

/** Met by users in `relationship` to the user `userId` or, if `isWanted` is false, by all others. */
export interface Condition {
  readonly relationship: Relationship
  readonly userId: number
  readonly isWanted: boolean
}

/** Combined with AND; `isWanted` is true for the first. All users meet an empty list. */
export type Conditions = readonly Condition[]

/** A lazy query for the users who meet the conditions. The caller paginates it; `page` only helps to choose the faster query. */
export async function relatedUsers(db: Kysely<Database>, conditions: Conditions, page: Page<string>): Promise<UserQuery> {
  return (await isShortPage(db, conditions, page)) ? usernameScan(db, conditions) : rangeScan(db, conditions)
}

/** Whether the page is at most 1% of a long list sorted by username: then a scan of the usernames is faster than sorting the list. */
const isShortPage = async (db: Kysely<Database>, conditions: Conditions, { sort, limit, offset }: Page<string>): Promise<boolean> =>
  sort === 'username' && limit > 0 && (await isLong(db, conditions, 100 * (limit + offset)))

/** Whether a list has at least `rows` users, and at least 20,000. False for several conditions, because few users may meet them all. */
export async function isLong(db: Kysely<Database>, [condition, ...others]: Conditions, rows = 0): Promise<boolean> {
  const least = Math.max(20_000, rows)
  return condition !== undefined && others.length === 0 && (await countUpTo(db, condition, least)) === least
}

/** Reads the smallest range of the association table. The rows come in no particular order. */
export async function rangeScan(db: Kysely<Database>, conditions: Conditions): Promise<UserQuery> {
  const range = await smallest(db, conditions)
  return range ? probeAll(range.relationship(db, range.userId), without(conditions, range)) : allUsers(db)
}

/** Scans the index of usernames, in order. The first rows come at once, but the fewer users match, the more names are tested in vain. */
export const usernameScan = (db: Kysely<Database>, conditions: Conditions): UserQuery => probeAll(allUsers(db), conditions)

const probeAll = (query: UserQuery, conditions: Conditions): UserQuery =>
  conditions.reduce((probed, condition) => probed.where((eb) => probe(eb, condition, 'users.id')), query)

const without = (conditions: Conditions, one: Condition) => conditions.filter((condition) => condition !== one)

/**
 * Of the conditions with `isWanted`, the one that the fewest users meet. Counting stops at a growing cap: if ten users meet one condition,
 * the million that meet another are not all counted.
 */
async function smallest(db: Kysely<Database>, conditions: Conditions): Promise<Condition | undefined> {
  const wanted = conditions.filter(({ isWanted }) => isWanted)
  for (let cap = 10_000; wanted.length > 1; cap *= 8) {
    const counts: number[] = []
    for (const condition of wanted) counts.push(await countUpTo(db, condition, cap))
    const least = Math.min(...counts)
    if (least < cap) return wanted[counts.indexOf(least)]
  }
  return wanted[0]
}

const countUpTo = (db: Kysely<Database>, condition: Condition, cap: number): Promise<number> =>
  countRows(db, idsOf(db, condition).orderBy('id').limit(cap))

/** The ids of the users who meet the condition, from the association table alone. */
function idsOf(db: Kysely<Database>, condition: Condition) {
  const { ownColumn, listedColumn } = followColumns(condition)
  return db.selectFrom('followers as range').select(`range.${listedColumn} as id`).where(`range.${ownColumn}`, '=', condition.userId)
}

/** How many rows the page has. With a condition, only the association table is read. */
export async function countRelated(
  db: Kysely<Database>,
  conditions: Conditions,
  page: Pick<Page<string>, 'limit' | 'offset'>,
): Promise<number> {
  const range = await smallest(db, conditions)
  if (!range) return countRows(db, paginate(allUsers(db).select('users.id'), page))
  const listed = `range.${followColumns(range).listedColumn}` as const
  const probed = without(conditions, range).reduce(
    (query, condition) => query.where((eb) => probe(eb, condition, listed)),
    idsOf(db, range),
  )
  return countRows(db, paginate(probed, page))
}

/** `ownColumn` holds the condition's user, `listedColumn` the users to list. */
const followColumns = ({ relationship }: Condition) =>
  relationship === followers
    ? ({ ownColumn: 'followed_id', listedColumn: 'follower_id' } as const)
    : ({ ownColumn: 'follower_id', listedColumn: 'followed_id' } as const)

type Listed = 'users.id' | 'range.follower_id' | 'range.followed_id'

function probe<DB extends Database, Tables extends keyof DB>(eb: ExpressionBuilder<DB, Tables>, condition: Condition, listed: Listed) {
  const { ownColumn, listedColumn } = followColumns(condition)
  const inner = eb as unknown as ExpressionBuilder<Database & { range: Database['followers'] }, 'users' | 'range'>
  const range = inner.selectFrom('followers as probe').select('probe.follower_id').where(`probe.${ownColumn}`, '=', condition.userId)
  // `BETWEEN x AND x` instead of `= x` keeps SQLite's planner on followers_followed_id, where the followers of one user are adjacent.
  const row =
    ownColumn === 'follower_id'
      ? range.whereRef(`probe.${listedColumn}`, '=', listed)
      : range.where((probed) => probed.between(`probe.${listedColumn}`, probed.ref(listed), probed.ref(listed)))
  return condition.isWanted ? inner.exists(row) : inner.not(inner.exists(row))
}
