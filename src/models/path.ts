/** A shortest chain of follows between two users, by a breadth-first search from both ends. */

type Direction = 'followed' | 'followers'

/** What of the graph is asked. */
export interface Neighbours {
  neighbours(userId: number, direction: Direction): number[]
  degree(userId: number, direction: Direction, cap: number): number
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
  cost: number
}

/** A celebrity is expensive whether a thousand follow or a million. */
const degreeCap = 1000

/** @param longest the most follows that a chain may have */
export function shortestPath(graph: Neighbours, from: number, to: number, longest: number): Search {
  if (from === to) return { path: [from], isComplete: true }
  const start = side(graph, from, 'followed')
  const end = side(graph, to, 'followers')
  for (let length = 1; length <= longest; length++) {
    const [near, far] = start.cost <= end.cost ? [start, end] : [end, start]
    const meeting = expand(graph, near, far)
    if (meeting !== undefined) return { path: [...trace(start, meeting).reverse(), ...trace(end, meeting).slice(1)], isComplete: true }
    if (near.frontier.length === 0) return { path: undefined, isComplete: true }
  }
  return { path: undefined, isComplete: false }
}

function side(graph: Neighbours, id: number, direction: Direction): Side {
  return { direction, reached: new Map([[id, id]]), frontier: [id], cost: graph.degree(id, direction, degreeCap) }
}

/** Go one follow further. Returns a user whom the other side has reached too: the first one found is on a shortest chain. */
function expand(graph: Neighbours, near: Side, far: Side): number | undefined {
  const next: number[] = []
  for (const id of near.frontier) {
    for (const neighbour of graph.neighbours(id, near.direction)) {
      if (near.reached.has(neighbour)) continue
      near.reached.set(neighbour, id)
      if (far.reached.has(neighbour)) return neighbour
      next.push(neighbour)
    }
  }
  near.frontier = next
  near.cost = estimate(graph, near, far.cost)
  return undefined
}

/** How many neighbours the frontier has, about; once it is the dearer side by far, the rest is not counted. */
function estimate(graph: Neighbours, { frontier, direction }: Side, enough: number): number {
  let cost = 0
  for (const id of frontier) {
    cost += graph.degree(id, direction, degreeCap)
    if (cost > enough) return Math.max(cost, frontier.length)
  }
  return cost
}

/** From the meeting point back to where the side began. */
function trace({ reached }: Side, meeting: number): number[] {
  const ids = [meeting]
  for (let id = meeting; reached.get(id) !== id; ids.push(id)) id = reached.get(id) ?? id
  return ids
}
