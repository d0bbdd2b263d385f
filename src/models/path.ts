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
    const [near, far] = isCheaper(graph, start, end) ? [start, end] : [end, start]
    const meeting = expand(graph, near, far)
    if (meeting !== undefined) return { path: [...trace(start, meeting).reverse(), ...trace(end, meeting).slice(1)], isComplete: true }
    if (near.frontier.length === 0) return { path: undefined, isComplete: true }
  }
  return { path: undefined, isComplete: false }
}

function side(id: number, direction: Direction): Side {
  return { direction, reached: new Map([[id, id]]), frontier: [id], cost: 0, counted: 0 }
}

/** Whether the one side has fewer neighbours to look at than the other. Both are counted no further than it takes to tell. */
function isCheaper(graph: Neighbours, one: Side, other: Side): boolean {
  for (let cap = 1024; ; cap *= 4) {
    const [cost, otherCost] = [count(graph, one, cap), count(graph, other, cap)]
    if (cost < cap || otherCost < cap || cap > mostCounted) return cost <= otherCost
  }
}

/** Users of a frontier that are looked at together. */
const batchSize = 256

/** Two sides that are both dearer than this are as good as equal. */
const mostCounted = 1_000_000

/** How many neighbours the frontier has, repeats included, counted up to `cap`. Goes on where it stopped when the cap was lower. */
function count(graph: Neighbours, side: Side, cap: number): number {
  while (side.counted < side.frontier.length) {
    const batch = side.frontier.slice(side.counted, side.counted + batchSize)
    const cost = side.cost + graph.countEdges(batch, side.direction, Math.max(1, cap - side.cost))
    if (cost >= cap) return cap
    side.cost = cost
    side.counted += batchSize
  }
  return Math.min(side.cost, cap)
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
