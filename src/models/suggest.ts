/**
 * Whom a user might want to follow: friends of friends, counted outside SQL. Native sorts do the work: a short program has no time to get
 * its own loops compiled.
 */

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
  const friends = graph.neighbours(userId, 'followed')
  const { ids, counts } = count(graph.followedByFollowed(userId))
  const excluded = new Set(friends).add(userId)
  // Sorted, these keys have the suggestions in their order: by how many friends are not in common, then by id. They are below 2^53 as long
  // as the table has fewer follows than that.
  const keys = new Float64Array(ids.length)
  let length = 0
  for (let index = 0; index < ids.length; index++) {
    if (!excluded.has(ids[index] as number)) keys[length++] = (friends.length - (counts[index] as number)) * ids.length + index
  }
  const ranked = keys.subarray(0, length).sort()
  return {
    length,
    at(rank) {
      const index = (ranked[rank] as number) % ids.length
      return { id: ids[index] as number, common: counts[index] as number }
    },
  }
}

/** Ids in ascending order, and how often each was met. */
interface Counts {
  readonly ids: Float64Array
  readonly counts: Float64Array
}

/** Ids that are kept before they are counted. */
const mostKept = 2 ** 20

/** Memory is for the ids that differ, however often they are met. */
function count(pages: Iterable<number[]>): Counts {
  let counted: Counts = { ids: new Float64Array(0), counts: new Float64Array(0) }
  let kept: number[][] = []
  let size = 0
  for (const page of pages) {
    kept.push(page)
    size += page.length
    if (size < mostKept) continue
    counted = addSorted(counted, concatenate(kept, size).sort())
    kept = []
    size = 0
  }
  return addSorted(counted, concatenate(kept, size).sort())
}

function addSorted({ ids, counts }: Counts, more: Float64Array): Counts {
  const sum = { ids: new Float64Array(ids.length + more.length), counts: new Float64Array(ids.length + more.length) }
  let length = 0
  for (let left = 0, right = 0; left < ids.length || right < more.length; length++) {
    const id = Math.min(ids[left] ?? Number.POSITIVE_INFINITY, more[right] ?? Number.POSITIVE_INFINITY)
    const start = right
    while (more[right] === id) right++
    sum.ids[length] = id
    sum.counts[length] = right - start + (ids[left] === id ? (counts[left++] as number) : 0)
  }
  return { ids: sum.ids.slice(0, length), counts: sum.counts.slice(0, length) }
}

function concatenate(pages: readonly number[][], size: number): Float64Array {
  const all = new Float64Array(size)
  let at = 0
  for (const page of pages) {
    all.set(page, at)
    at += page.length
  }
  return all
}
