/** A reference model of users, follows and posts in plain maps and sets: slow, but obviously correct. */
export class Oracle {
  readonly users = new Map<number, string>()
  readonly follows = new Set<string>()
  readonly posts = new Map<number, { who: number; second: number; words: readonly string[] }>()
  #lastPost = 0

  doesFollow(who: number, whom: number): boolean {
    return this.follows.has(`${who}>${whom}`)
  }

  post(who: number, second: number, words: readonly string[]): number {
    this.posts.set(++this.#lastPost, { who, second, words })
    return this.#lastPost
  }

  remove(who: number): void {
    this.users.delete(who)
    for (const pair of this.follows) if (pair.split('>').includes(String(who))) this.follows.delete(pair)
    for (const [post, { who: author }] of this.posts) if (author === who) this.posts.delete(post)
  }

  names(isListed: (other: number) => boolean): string[] {
    return [...this.users].flatMap(([other, name]) => (isListed(other) ? [name] : [])).sort()
  }

  /** The ids of the posts, newest first; of posts with the same time the highest id first. */
  newest(isListed: (post: { who: number; words: readonly string[] }) => boolean): number[] {
    return [...this.posts]
      .filter(([, post]) => isListed(post))
      .sort(([a, { second: x }], [b, { second: y }]) => y - x || b - a)
      .map(([post]) => post)
  }

  timeline(who: number): number[] {
    return this.newest((post) => post.who === who || this.doesFollow(who, post.who))
  }

  /** The users within `steps` steps of `from`, each with its distance. */
  reach(from: number, steps: number, leads: (from: number, to: number) => boolean): Map<number, number> {
    const reached = new Map([[from, 0]])
    for (let step = 1; step <= steps; step++) {
      const frontier = [...reached.keys()]
      for (const other of this.users.keys())
        if (!reached.has(other) && frontier.some((near) => leads(near, other))) reached.set(other, step)
    }
    return reached
  }

  suggestions(who: number, isReversed: boolean): { id: number; common: number }[] {
    const others = [...this.users.keys()]
    const common = (other: number) => others.filter((friend) => this.doesFollow(who, friend) && this.doesFollow(friend, other)).length
    return others
      .filter((other) => other !== who && !this.doesFollow(who, other) && common(other) > 0)
      .map((other) => ({ id: other, common: common(other) }))
      .sort((a, b) => (isReversed ? a.common - b.common : b.common - a.common) || a.id - b.id)
  }
}

/** The rows that `-n`, `--offset` and `-r` select from a list. A limit of 0 means no limit. */
export function pageOf<T>(
  rows: readonly T[],
  { limit, offset, reverse }: { readonly limit: number; readonly offset: number; readonly reverse: boolean },
): T[] {
  const sorted = reverse ? rows.toReversed() : rows
  return sorted.slice(offset, limit === 0 ? undefined : offset + limit)
}
