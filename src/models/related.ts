/**
 * Users who stand in several relationships at once: whom alice follows, who follow her back, and carol as well. The smallest wanted range
 * of the association table is read; every other condition is tested for each of its rows by one probe of an index.
 */
import type { ExpressionBuilder, Kysely } from 'kysely'
import { followers, type Relationship } from './followers.ts'
import { countRows, type Page, paginate } from './page.ts'
import type { Database } from './schema.ts'
import { allUsers, type UserQuery } from './users.ts'

/** Those who stand (or, if not `isWanted`, who do not stand) in `relationship` to the user. */
export interface Condition {
  readonly relationship: Relationship
  readonly userId: number
  readonly isWanted: boolean
}

/** All of them hold, and the first is wanted. Without any, all users are listed. */
export type Conditions = readonly Condition[]

/** The users who meet the conditions, as a lazy query. The page says which of them will be asked for. */
export async function relatedUsers(db: Kysely<Database>, conditions: Conditions, page: Page<string>): Promise<UserQuery> {
  return (await isShortPage(db, conditions, page)) ? walkOf(db, conditions) : rangeOf(db, conditions)
}

/** Whether the page is at most a hundredth of a long list in the order of names: walking the names to its end beats sorting the list. */
const isShortPage = async (db: Kysely<Database>, conditions: Conditions, { sort, limit, offset }: Page<string>): Promise<boolean> =>
  sort === 'username' && limit > 0 && (await isLong(db, conditions, 100 * (limit + offset)))

/** Whether a list has at least so many users. Several conditions may leave few, so they never make a long list. */
export async function isLong(db: Kysely<Database>, [condition, ...others]: Conditions, rows = 0): Promise<boolean> {
  const least = Math.max(20_000, rows)
  return condition !== undefined && others.length === 0 && (await countUpTo(db, condition, least)) === least
}

/** From the smallest range of the association table, in no order. */
export async function rangeOf(db: Kysely<Database>, conditions: Conditions): Promise<UserQuery> {
  const range = await smallest(db, conditions)
  return range ? probeAll(range.relationship(db, range.userId), without(conditions, range)) : allUsers(db)
}

/** From the index of usernames: each user is found at once, but the fewer there are, the more names are tested in vain. */
export const walkOf = (db: Kysely<Database>, conditions: Conditions): UserQuery => probeAll(allUsers(db), conditions)

const probeAll = (query: UserQuery, conditions: Conditions): UserQuery =>
  conditions.reduce((probed, condition) => probed.where((eb) => probe(eb, condition, 'users.id')), query)

const without = (conditions: Conditions, one: Condition) => conditions.filter((condition) => condition !== one)

/** The wanted condition that the fewest users meet. A million are not counted to the end where another condition has ten. */
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

/** The ids of those who meet the condition, from the association table alone. */
function idsOf(db: Kysely<Database>, condition: Condition) {
  const { ownColumn, listedColumn } = columns(condition)
  return db.selectFrom('followers as range').select(`range.${listedColumn} as id`).where(`range.${ownColumn}`, '=', condition.userId)
}

/** How many rows the page has. No user is looked up for it: the association table has all that counts. */
export async function countRelated(
  db: Kysely<Database>,
  conditions: Conditions,
  page: Pick<Page<string>, 'limit' | 'offset'>,
): Promise<number> {
  const range = await smallest(db, conditions)
  if (!range) return countRows(db, paginate(allUsers(db).select('users.id'), page))
  const listed = `range.${columns(range).listedColumn}` as const
  const probed = without(conditions, range).reduce(
    (query, condition) => query.where((eb) => probe(eb, condition, listed)),
    idsOf(db, range),
  )
  return countRows(db, paginate(probed, page))
}

/** The column that holds the user of the condition, and the one that holds those who are listed. */
const columns = ({ relationship }: Condition) =>
  relationship === followers
    ? ({ ownColumn: 'followed_id', listedColumn: 'follower_id' } as const)
    : ({ ownColumn: 'follower_id', listedColumn: 'followed_id' } as const)

type Listed = 'users.id' | 'range.follower_id' | 'range.followed_id'

function probe<DB extends Database, Tables extends keyof DB>(eb: ExpressionBuilder<DB, Tables>, condition: Condition, listed: Listed) {
  const { ownColumn, listedColumn } = columns(condition)
  const inner = eb as unknown as ExpressionBuilder<Database & { range: Database['followers'] }, 'users' | 'range'>
  const range = inner.selectFrom('followers as probe').select('probe.follower_id').where(`probe.${ownColumn}`, '=', condition.userId)
  // `BETWEEN x AND x` instead of `= x` keeps SQLite's planner on followers_followed_id, where the followers of one user stand side by side.
  const row =
    ownColumn === 'follower_id'
      ? range.whereRef(`probe.${listedColumn}`, '=', listed)
      : range.where((probed) => probed.between(`probe.${listedColumn}`, probed.ref(listed), probed.ref(listed)))
  return condition.isWanted ? inner.exists(row) : inner.not(inner.exists(row))
}
