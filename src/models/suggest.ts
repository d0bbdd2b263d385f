/** Whom a user might want to follow: friends of friends, counted outside SQL, where counting is an addition and not a sort. */

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

/** All friends of friends, those with the most common friends first, ties by id; never the user or someone the user follows already. */
export function suggest(graph: Friends, userId: number): Suggestion[] {
  const counts = new Counter()
  for (const ids of graph.followedByFollowed(userId)) counts.addAll(ids)
  counts.remove(userId)
  for (const id of graph.neighbours(userId, 'followed')) counts.remove(id)
  return counts.ranked()
}

/** Ids below this are counted in an array, 4 bytes each; they are as good as all, unless somebody chose their own. */
const arrayEnd = 2 ** 24

class Counter {
  /** Memory that is not touched costs nothing, so it begins large. */
  #array = new Int32Array(2 ** 21)
  readonly #map = new Map<number, number>()
  readonly #counted: number[] = []

  addAll(ids: readonly number[]): void {
    for (const id of ids) {
      if (id >= this.#array.length) this.#makeRoom(id)
      const count = this.#array[id] ?? this.#map.get(id) ?? 0
      if (count === 0) this.#counted.push(id)
      if (id < arrayEnd) this.#array[id] = count + 1
      else this.#map.set(id, count + 1)
    }
  }

  remove(id: number): void {
    if (id < this.#array.length) this.#array[id] = 0
    else this.#map.delete(id)
  }

  /** Sorted by counting: the ids are taken in order, and each goes to those of its count. */
  ranked(): Suggestion[] {
    const byCount: Suggestion[][] = []
    for (const id of Float64Array.from(this.#counted).sort()) {
      const common = this.#array[id] ?? this.#map.get(id) ?? 0
      if (common === 0) continue
      byCount[common] ??= []
      byCount[common].push({ id, common })
    }
    return byCount.reverse().flat()
  }

  #makeRoom(id: number): void {
    if (id >= arrayEnd) return
    const longer = new Int32Array(2 ** Math.ceil(Math.log2(id + 1)))
    longer.set(this.#array)
    this.#array = longer
  }
}
