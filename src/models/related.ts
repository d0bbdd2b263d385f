/**
 * Users who stand in several relationships at once: whom alice follows, who follow her back, and carol as well. Each condition is a range
 * of an index or a probe of it; which of them is read as a range, and which are probed for each of its rows, is decided by capped counts.
 */
import type { ExpressionBuilder, Kysely } from 'kysely'
import { followers, type Relationship } from './followers.ts'
import { cut, type Page } from './page.ts'
import type { Database } from './schema.ts'
import { allUsers, type UserQuery } from './users.ts'

/** Those who stand (or, if not `isWanted`, who do not stand) in `relationship` to the user. */
export interface Condition {
  readonly relationship: Relationship
  readonly userId: number
  readonly isWanted: boolean
}

/** A list with more than this part of all users is not sorted: all users are walked in their order, and those who belong to it picked. */
const longPart = 1 / 4
/** However many users there are, no more than this are sorted at once. */
const mostSorted = 200_000

/** How to find the users: from the range of one condition, or, if there is no such `driver`, by walking all users. */
export interface Plan {
  readonly driver: Condition | undefined
  readonly probes: readonly Condition[]
}

/** The cheapest plan. `isByName` says whether the users are wanted in the order in which the index of usernames has them. */
export async function choosePlan(db: Kysely<Database>, conditions: readonly Condition[], isByName: boolean): Promise<Plan> {
  const cap = Math.min(mostSorted, Math.ceil((await highestId(db)) * longPart))
  let least = Number.POSITIVE_INFINITY
  let driver: Condition | undefined
  for (const condition of conditions.filter(({ isWanted }) => isWanted)) {
    const count = await countRange(db, condition, Math.min(cap, least))
    if (count < least) driver = condition
    least = Math.min(least, count)
  }
  if (isByName && least >= cap && cap > 200) driver = undefined
  return { driver, probes: conditions.filter((condition) => condition !== driver) }
}

/** About as many users as there are: that they were counted would take too long. */
async function highestId(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('users').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row?.id ?? 0
}

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
  const { driver, probes } = await choosePlan(db, conditions, false)
  if (!driver) return 0
  const { near, far } = columns(driver)
  const range = db.selectFrom('followers as range').select(`range.${far} as id`).where(`range.${near}`, '=', driver.userId)
  const all = probes.reduce((query, condition) => query.where((eb) => probe(eb, condition, `range.${far}`)), range)
  const { n } = await db
    .selectFrom(cut(all, page).as('page'))
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return n
}

async function countRange(db: Kysely<Database>, condition: Condition, cap: number): Promise<number> {
  const { near } = columns(condition)
  const some = db.selectFrom('followers').select('follower_id').where(near, '=', condition.userId).limit(cap)
  const { n } = await db
    .selectFrom(some.as('some'))
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return n
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
