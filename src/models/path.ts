/** A shortest chain of follows between two users, by a breadth-first search from both ends. */
import type { Kysely } from 'kysely'
import { inBatches } from './batches.ts'
import type { Database } from './schema.ts'

interface PathResult {
  /** The ids from the first user to the last; undefined if no chain was found. */
  readonly path: readonly number[] | undefined
  /** False if the search stopped at the length limit, so that a longer chain may exist. */
  readonly isComplete: boolean
}

/** The state of the search from one of the two ends. */
interface Side {
  /** True if it goes from follower to followed, false if from followed to follower. */
  readonly isForward: boolean
  /** Maps each user reached to the user it was reached from, and the start to itself. */
  readonly reached: Map<number, number>
  /** The users reached in the last step. */
  frontier: readonly number[]
}

/** Find a shortest chain of at most `maxLength` follows. */
export async function shortestPath(db: Kysely<Database>, from: number, to: number, maxLength: number): Promise<PathResult> {
  if (from === to) return { path: [from], isComplete: true }
  const start = sideOf(from, true)
  const end = sideOf(to, false)
  for (let length = 1; length <= maxLength; length++) {
    const meeting = await step(db, start, end)
    if (meeting !== undefined) return { path: [...trace(start, meeting).reverse(), ...trace(end, meeting).slice(1)], isComplete: true }
    if (start.frontier.length === 0 || end.frontier.length === 0) return { path: undefined, isComplete: true }
  }
  return { path: undefined, isComplete: false }
}

function sideOf(id: number, isForward: boolean): Side {
  return { isForward, reached: new Map([[id, id]]), frontier: [id] }
}

/** A follow between `user`, who is in the frontier, and `neighbour`. */
interface Follow {
  readonly user: number
  readonly neighbour: number
}

/** How many follows are read from one side before the other side is tried. */
const initialLimit = 10_000

/**
 * Advance one side by one step: the one with the smaller frontier, unless it has too many follows to read (one user may have a million
 * followers) and the other has fewer. Returns a user that both sides have reached, if there is one.
 */
async function step(db: Kysely<Database>, start: Side, end: Side): Promise<number | undefined> {
  const [smaller, larger] = start.frontier.length <= end.frontier.length ? [start, end] : [end, start]
  for (let limit = initialLimit; ; limit *= 8) {
    const follows = await followsOf(db, smaller, larger, limit)
    if (follows) return advance(smaller, larger, follows)
    const others = await followsOf(db, larger, smaller, limit)
    if (others) return advance(larger, smaller, others)
  }
}

/**
 * The follows between the frontier and its neighbours; undefined if there are more than `limit`. Reading stops early at a user that the
 * other side has reached.
 */
async function followsOf(db: Kysely<Database>, { frontier, isForward }: Side, other: Side, limit: number): Promise<Follow[] | undefined> {
  const [user, neighbour] = isForward ? (['follower_id', 'followed_id'] as const) : (['followed_id', 'follower_id'] as const)
  const query = db
    .selectFrom('followers')
    .select([`${user} as user`, `${neighbour} as neighbour`])
    .orderBy(user)
    .orderBy(neighbour)
  const found: Follow[] = []
  for (const batch of inBatches(frontier)) {
    const rows = await query
      .where(user, 'in', batch)
      .limit(limit + 1 - found.length)
      .execute()
    for (const row of rows) found.push(row)
    if (rows.some((row) => other.reached.has(row.neighbour))) return found
    if (found.length > limit) return undefined
  }
  return found
}

/** Add the neighbours to the side. Returns the first one that the other side has reached too: it is on a shortest chain. */
function advance(side: Side, other: Side, follows: readonly Follow[]): number | undefined {
  const next: number[] = []
  for (const { user, neighbour } of follows) {
    if (side.reached.has(neighbour)) continue
    side.reached.set(neighbour, user)
    if (other.reached.has(neighbour)) return neighbour
    next.push(neighbour)
  }
  side.frontier = next
  return undefined
}

/** The ids from the meeting point back to the start of the side. */
function trace({ reached }: Side, meeting: number): number[] {
  const ids = [meeting]
  for (let id = meeting; reached.get(id) !== id; ids.push(id)) id = reached.get(id) ?? id
  return ids
}
