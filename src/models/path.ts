/** A shortest chain of follows between two users, by a breadth-first search from both ends. */

type Direction = 'followed' | 'followers'

/** What of the graph is asked. */
export interface Neighbours {
  /** Each neighbour stands at the place of the user whose it is. */
  edges(userIds: readonly number[], direction: Direction, limit: number): { users: readonly number[]; neighbours: readonly number[] }
  countEdges(userIds: readonly number[], direction: Direction, cap: number): number
}

export interface Search {
  /** The ids from the first user to the last; undefined if no chain was found. */
  readonly path: readonly number[] | undefined
  /** Whether everything that can be reached was looked at, and not only what is near enough. */
  readonly isComplete: boolean
}

/** One of the two ends: how each user seen was reached, and those reached last. */
interface Side {
  readonly direction: Direction
  readonly reached: Map<number, number>
  frontier: readonly number[]
  /** About how many neighbours the frontier has, once that was asked. */
  cost: number | undefined
}

/** @param longest the most follows that a chain may have */
export function shortestPath(graph: Neighbours, from: number, to: number, longest: number): Search {
  if (from === to) return { path: [from], isComplete: true }
  const start = side(from, 'followed')
  const end = side(to, 'followers')
  for (let length = 1; length <= longest; length++) {
    const meeting = step(graph, start, end)
    if (meeting !== undefined) return { path: [...trace(start, meeting).reverse(), ...trace(end, meeting).slice(1)], isComplete: true }
    if (start.frontier.length === 0 || end.frontier.length === 0) return { path: undefined, isComplete: true }
  }
  return { path: undefined, isComplete: false }
}

function side(id: number, direction: Direction): Side {
  return { direction, reached: new Map([[id, id]]), frontier: [id], cost: undefined }
}

/** Fewer neighbours than this are never too many. */
const fewNeighbours = 4096

/**
 * Take the side that seems cheaper one follow further. Where it turns out to be much dearer, because somebody with a million is in it,
 * the other one has its turn. Returns a user whom both sides have reached.
 */
function step(graph: Neighbours, one: Side, other: Side): number | undefined {
  const [cost, otherCost] = [estimate(graph, one), estimate(graph, other)]
  const [cheap, dear] = cost <= otherCost ? [one, other] : [other, one]
  for (let limit = Math.max(fewNeighbours, 2 * Math.min(cost, otherCost)); ; limit *= 4) {
    for (const [near, far] of [[cheap, dear] as const, [dear, cheap] as const]) {
      const meeting = expand(graph, near, far, limit)
      if (meeting !== tooMany) return meeting
    }
  }
}

/** The first users of a frontier stand for all of it. */
const sampleSize = 64

function estimate(graph: Neighbours, side: Side): number {
  const sample = side.frontier.slice(0, sampleSize)
  side.cost ??= Math.ceil((graph.countEdges(sample, side.direction, fewNeighbours) * side.frontier.length) / sample.length)
  return side.cost
}

/** Users of a frontier that are looked at together. */
const batchSize = 256

const tooMany = Symbol('too many neighbours')

/** Go one follow further. Returns a user whom the other side has reached too: the first one found is on a shortest chain. */
function expand(graph: Neighbours, near: Side, far: Side, limit: number): number | undefined | typeof tooMany {
  const next: number[] = []
  let left = limit
  for (let first = 0; first < near.frontier.length; first += batchSize) {
    const { users, neighbours } = graph.edges(near.frontier.slice(first, first + batchSize), near.direction, left)
    for (const [index, neighbour] of neighbours.entries()) {
      if (near.reached.has(neighbour)) continue
      near.reached.set(neighbour, users[index] as number)
      if (far.reached.has(neighbour)) return neighbour
      next.push(neighbour)
    }
    left -= neighbours.length
    if (left > 0) continue
    for (const id of next) near.reached.delete(id)
    return tooMany
  }
  near.frontier = next
  near.cost = undefined
  return undefined
}

/** From the meeting point back to where the side began. */
function trace({ reached }: Side, meeting: number): number[] {
  const ids = [meeting]
  for (let id = meeting; reached.get(id) !== id; ids.push(id)) id = reached.get(id) ?? id
  return ids
}
