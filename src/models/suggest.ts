/** Whom a user might want to follow: friends of friends, counted outside SQL. Native sorts do the work: a short program has no time to get its loops compiled. */

/** What of the graph is asked. */
export interface Friends {
  neighbours(userId: number, direction: 'followed'): number[]
  followedByFollowed(userId: number): Iterable<number[]>
}

export interface Suggestion {
  readonly id: number
  /** How many of those whom the user follows follow this one. */
  readonly common: number
}

/** All suggestions, best first. */
export interface Ranking {
  readonly length: number
  /** The suggestion of a rank, the best one's being 0. */
  at(rank: number): Suggestion
}

/** All friends of friends, those with the most common friends first, ties by id; never the user or someone the user follows already. */
export function suggest(graph: Friends, userId: number): Ranking {
  const met = concatenate(graph.followedByFollowed(userId)).sort()
  const excluded = Float64Array.from([userId, ...graph.neighbours(userId, 'followed'), Number.POSITIVE_INFINITY]).sort()
  // A key for each run of one id, by how many friends are not in common and then by where the run starts.
  const friends = excluded.length
  const places = met.length
  const keys = new Float64Array(places)
  let length = 0
  let next = 0
  for (let start = 0, end = 0; start < met.length; start = end) {
    const id = met[start] as number
    while (met[end] === id) end++
    while ((excluded[next] as number) < id) next++
    if (excluded[next] !== id) keys[length++] = (friends - (end - start)) * places + start
  }
  const ranked = keys.subarray(0, length).sort()
  return {
    length,
    at(rank) {
      const key = ranked[rank] as number
      return { id: met[key % places] as number, common: friends - Math.floor(key / places) }
    },
  }
}

function concatenate(pages: Iterable<number[]>): Float64Array {
  const arrays = Array.from(pages, (page) => new Float64Array(page))
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    all.set(array, at)
    at += array.length
  }
  return all
}
