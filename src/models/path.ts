/** A shortest chain of follows between two users, by a breadth-first search from both ends. */
import type { Kysely } from 'kysely'
import { countRows, fewest } from './page.ts'
import type { Database } from './schema.ts'
import { inBatches } from './users.ts'

export interface Search {
  /** The ids from the first user to the last; undefined if no chain was found. */
  readonly path: readonly number[] | undefined
  /** Whether everything that can be reached was looked at, and not only what is near enough. */
  readonly isComplete: boolean
}

/** One of the two ends: how each user seen was reached, and those reached last. */
interface Side {
  /** Whether the search goes from followers to followed, or against the follows. */
  readonly isForward: boolean
  readonly reached: Map<number, number>
  frontier: readonly number[]
}

/** @param longest the most follows that a chain may have */
export async function shortestPath(db: Kysely<Database>, from: number, to: number, longest: number): Promise<Search> {
  if (from === to) return { path: [from], isComplete: true }
  const start = sideOf(from, true)
  const end = sideOf(to, false)
  for (let length = 1; length <= longest; length++) {
    const meeting = await step(db, start, end)
    if (meeting !== undefined) return { path: [...trace(start, meeting).reverse(), ...trace(end, meeting).slice(1)], isComplete: true }
    if (start.frontier.length === 0 || end.frontier.length === 0) return { path: undefined, isComplete: true }
  }
  return { path: undefined, isComplete: false }
}

function sideOf(id: number, isForward: boolean): Side {
  return { isForward, reached: new Map([[id, id]]), frontier: [id] }
}

/** More follows than this are not read before those of the other side are counted too. */
const manyFollows = 10_000

/**
 * Take the side with the smaller frontier one follow further; where many follows lead on from it, the side with fewer follows: one user of
 * a frontier may have a million followers. Returns a user whom both sides have reached.
 */
async function step(db: Kysely<Database>, start: Side, end: Side): Promise<number | undefined> {
  const smaller = start.frontier.length <= end.frontier.length ? start : end
  const isSmall = (await countFollows(db, smaller, manyFollows)) < manyFollows
  const side = isSmall ? smaller : await fewest([start, end], (one, cap) => countFollows(db, one, cap))
  return side === end ? expand(db, end, start) : expand(db, start, end)
}

/** The follows that lead on from the frontier, counted up to `cap`: nobody reads a million to learn that they are too many. */
async function countFollows(db: Kysely<Database>, { frontier, isForward }: Side, cap: number): Promise<number> {
  let count = 0
  for (const batch of inBatches(frontier)) {
    count += await countRows(db, follows(db, batch, isForward).limit(cap - count))
    if (count === cap) break
  }
  return count
}

/** Go one follow further. Returns a user whom the other side has reached too: the first one found is on a shortest chain. */
async function expand(db: Kysely<Database>, side: Side, other: Side): Promise<number | undefined> {
  const next: number[] = []
  for (const batch of inBatches(side.frontier)) {
    for (const { user, neighbour } of await follows(db, batch, side.isForward).execute()) {
      if (side.reached.has(neighbour)) continue
      side.reached.set(neighbour, user)
      if (other.reached.has(neighbour)) return neighbour
      next.push(neighbour)
    }
  }
  side.frontier = next
  return undefined
}

/** The follows out of these users or into them: the neighbour is at the other end of the follow. */
function follows(db: Kysely<Database>, userIds: readonly number[], isForward: boolean) {
  const [user, neighbour] = isForward ? (['follower_id', 'followed_id'] as const) : (['followed_id', 'follower_id'] as const)
  return db
    .selectFrom('followers')
    .select([`${user} as user`, `${neighbour} as neighbour`])
    .where(user, 'in', userIds)
    .orderBy(user)
    .orderBy(neighbour)
}

/** From the meeting point back to where the side began. */
function trace({ reached }: Side, meeting: number): number[] {
  const ids = [meeting]
  for (let id = meeting; reached.get(id) !== id; ids.push(id)) id = reached.get(id) ?? id
  return ids
}
