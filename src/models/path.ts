/** A shortest chain of follows between two users, by a breadth-first search from both ends. */

type Direction = 'followed' | 'followers'

/** What of the graph is asked. */
export interface Neighbours {
  edges(userIds: readonly number[], direction: Direction): [userId: number, neighbour: number][]
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
  /** How many neighbours the first `counted` of the frontier have. */
  cost: number
  counted: number
}

/** @param longest the most follows that a chain may have */
export function shortestPath(graph: Neighbours, from: number, to: number, longest: number): Search {
  if (from === to) return { path: [from], isComplete: true }
  const start = side(from, 'followed')
  const end = side(to, 'followers')
  for (let length = 1; length <= longest; length++) {
    const [near, far] = byCost(graph, start, end)
    const meeting = expand(graph, near, far)
    if (meeting !== undefined) return { path: [...trace(start, meeting).reverse(), ...trace(end, meeting).slice(1)], isComplete: true }
    if (near.frontier.length === 0) return { path: undefined, isComplete: true }
  }
  return { path: undefined, isComplete: false }
}

function side(id: number, direction: Direction): Side {
  return { direction, reached: new Map([[id, id]]), frontier: [id], cost: 0, counted: 0 }
}

/** The side with fewer neighbours to look at, and the other one. The one that seems to have fewer is counted, lest somebody with a million is in it. */
function byCost(graph: Neighbours, one: Side, other: Side): [near: Side, far: Side] {
  const [cost, otherCost] = [estimate(graph, one), estimate(graph, other)]
  const [cheap, dear] = cost <= otherCost ? [one, other] : [other, one]
  for (let cap = Math.max(4096, 2 * Math.min(cost, otherCost)); ; cap *= 4) {
    if (isBelow(graph, cheap, cap) || cap > mostCounted) return [cheap, dear]
    if (isBelow(graph, dear, cap)) return [dear, cheap]
  }
}

/** Users of a frontier that are looked at together. */
const batchSize = 256
/** Users whose neighbours are counted together. The first of them stand for the whole frontier. */
const sampleSize = 64

/** Two sides that are both dearer than this are as good as equal. */
const mostCounted = 1_000_000

/** How many neighbours the frontier has, repeats included. */
function estimate(graph: Neighbours, side: Side): number {
  if (side.counted === 0) countSome(graph, side, 4096)
  return side.counted === 0 ? mostCounted : (side.cost * side.frontier.length) / side.counted
}

/** Whether that number is below `cap`. Counts on from where it was left. */
function isBelow(graph: Neighbours, side: Side, cap: number): boolean {
  while (side.counted < side.frontier.length) if (side.cost >= cap || !countSome(graph, side, cap - side.cost)) return false
  return side.cost < cap
}

/** Count the neighbours of the next few of the frontier. Returns false, if they have `cap` or more. */
function countSome(graph: Neighbours, side: Side, cap: number): boolean {
  const some = side.frontier.slice(side.counted, side.counted + sampleSize)
  const cost = graph.countEdges(some, side.direction, cap)
  if (cost >= cap) return false
  side.cost += cost
  side.counted += some.length
  return true
}

/** Go one follow further. Returns a user whom the other side has reached too: the first one found is on a shortest chain. */
function expand(graph: Neighbours, near: Side, far: Side): number | undefined {
  const next: number[] = []
  for (let first = 0; first < near.frontier.length; first += batchSize) {
    for (const [id, neighbour] of graph.edges(near.frontier.slice(first, first + batchSize), near.direction)) {
      if (near.reached.has(neighbour)) continue
      near.reached.set(neighbour, id)
      if (far.reached.has(neighbour)) return neighbour
      next.push(neighbour)
    }
  }
  near.frontier = next
  near.cost = 0
  near.counted = 0
  return undefined
}

/** From the meeting point back to where the side began. */
function trace({ reached }: Side, meeting: number): number[] {
  const ids = [meeting]
  for (let id = meeting; reached.get(id) !== id; ids.push(id)) id = reached.get(id) ?? id
  return ids
}
