/** A shortest chain of follows between two users, by a breadth-first search from both ends. */
import type { Kysely } from 'kysely'
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

/** The neighbour is at the other end of a follow out of the frontier, or into it. */
interface Follow {
  readonly user: number
  readonly neighbour: number
}

/** So many follows are read before the other side is tried. */
const fewFollows = 10_000

/**
 * Take the side with the smaller frontier one follow further, or the other one where fewer follows lead on from it: one user of a frontier
 * may have a million followers. Returns a user whom both sides have reached.
 */
async function step(db: Kysely<Database>, start: Side, end: Side): Promise<number | undefined> {
  const [smaller, larger] = start.frontier.length <= end.frontier.length ? [start, end] : [end, start]
  for (let most = fewFollows; ; most *= 8) {
    const follows = await followsOf(db, smaller, larger, most)
    if (follows) return advance(smaller, larger, follows)
    const others = await followsOf(db, larger, smaller, most)
    if (others) return advance(larger, smaller, others)
  }
}

/** The follows that lead on from the frontier, up to where they meet the other side; undefined if they are more than `most`. */
async function followsOf(db: Kysely<Database>, { frontier, isForward }: Side, other: Side, most: number): Promise<Follow[] | undefined> {
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
      .limit(most + 1 - found.length)
      .execute()
    for (const row of rows) found.push(row)
    if (rows.some((row) => other.reached.has(row.neighbour))) return found
    if (found.length > most) return undefined
  }
  return found
}

/** Go one follow further. Returns a user whom the other side has reached too: the first one found is on a shortest chain. */
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

/** From the meeting point back to where the side began. */
function trace({ reached }: Side, meeting: number): number[] {
  const ids = [meeting]
  for (let id = meeting; reached.get(id) !== id; ids.push(id)) id = reached.get(id) ?? id
  return ids
}
