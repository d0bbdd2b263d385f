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
  for (const ids of graph.followedByFollowed(userId)) for (const id of ids) counts.add(id)
  const known = new Set([userId, ...graph.neighbours(userId, 'followed')])
  return [...counts.entries()].filter(({ id }) => !known.has(id)).sort((a, b) => b.common - a.common || a.id - b.id)
}

/** Ids below this are counted in an array, 4 bytes each; they are as good as all, unless somebody chose their own. */
const arrayEnd = 2 ** 24

class Counter {
  #array = new Int32Array(2 ** 16)
  readonly #map = new Map<number, number>()

  add(id: number): void {
    if (id >= arrayEnd) this.#map.set(id, (this.#map.get(id) ?? 0) + 1)
    else {
      if (id >= this.#array.length) this.#grow(id)
      this.#array[id] = (this.#array[id] ?? 0) + 1
    }
  }

  #grow(id: number): void {
    const longer = new Int32Array(2 ** Math.ceil(Math.log2(id + 1)))
    longer.set(this.#array)
    this.#array = longer
  }

  *entries(): Generator<Suggestion> {
    for (let id = 0; id < this.#array.length; id++) {
      const common = this.#array[id] ?? 0
      if (common > 0) yield { id, common }
    }
    for (const [id, common] of this.#map) yield { id, common }
  }
}
