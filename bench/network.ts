/**
 * A generated network shaped like real ones: follower counts in a power law (Zipf, exponent 0.9) over shuffled users, and one celebrity.
 * Users 10, 11 and 12 follow exactly 10, 1,000 and 5,000 users. The same size always gives the same network.
 */
import { type Random, random } from './random.ts'

export interface Size {
  readonly users: number
  readonly follows: number
  readonly posts: number
  /** The fraction of users who follow the celebrity. */
  readonly fame: number
}

export const tiny: Size = { users: 12_000, follows: 100_000, posts: 100_000, fame: 0.5 }
export const small: Size = { users: 100_000, follows: 1_000_000, posts: 1_000_000, fame: 0.5 }
export const large: Size = { users: 1_200_000, follows: 10_000_000, posts: 10_000_000, fame: 0.85 }

/** 1 minus the exponent of the power law. */
const exponent = 0.1
/** The number of users that the users with these ids follow. */
const fixedCounts = new Map([
  [10, 10],
  [11, 1_000],
  [12, 5_000],
])
const firstNames =
  'alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy rupert sybil trent victor walter wendy'.split(' ')
const words = 'lorem ipsum dolor sit amet hello world today coffee beautiful day in Portland the movie was cool'.split(' ')

export const username = (id: number): string => `${firstNames[(Math.imul(id, 2_654_435_761) >>> 8) % firstNames.length]}${id}`

/** User ids by expected number of followers, the celebrity first. */
export function ranking({ users }: Size): Uint32Array {
  const { below } = random(1)
  const ids = Uint32Array.from({ length: users }, (_, index) => index + 1)
  for (let i = users - 1; i > 0; i--) {
    const j = below(i + 1)
    const id = ids[i] as number
    ids[i] = ids[j] as number
    ids[j] = id
  }
  return ids
}

/** All follows as `follower * 2^21 + followed`, sorted. */
export function follows(size: Size): Float64Array {
  const ranked = ranking(size)
  const source = random(2)
  const pairs = new PairSet(size.follows)
  const top = size.users ** exponent
  const pickFollowed = () =>
    ranked[Math.min(size.users - 1, Math.floor((source.fraction() * (top - 1) + 1) ** (1 / exponent)) - 1)] as number
  for (const [follower, count] of fixedCounts) for (const end = pairs.size + count; pairs.size < end; ) pairs.add(follower, pickFollowed())
  for (let follower = 1; follower <= size.users * size.fame; follower++)
    if (!fixedCounts.has(follower)) pairs.add(follower, ranked[0] as number)
  while (pairs.size < size.follows) {
    const follower = pickFollower(size, source)
    if (!fixedCounts.has(follower)) pairs.add(follower, pickFollowed())
  }
  return pairs.sorted()
}

/** A random follower: half of the follows are spread evenly, the other half favours users with low ids. */
function pickFollower({ users }: Size, { below, fraction }: Random): number {
  const x = below(2) === 0 ? fraction() : fraction() ** 3
  return 1 + Math.floor(x * users)
}

const shift = 2 ** 21

export const followerOf = (pair: number): number => Math.floor(pair / shift)
export const followedOf = (pair: number): number => pair % shift

/** A set of pairs of ids below 2^21, with open addressing. */
class PairSet {
  size = 0
  readonly #slots: Float64Array

  constructor(most: number) {
    this.#slots = new Float64Array(2 ** Math.ceil(Math.log2(most * 2)))
  }

  add(follower: number, followed: number): void {
    if (follower === followed) return
    const mask = this.#slots.length - 1
    const pair = follower * shift + followed
    let slot = (Math.imul(follower, 0x9e3779b1) ^ Math.imul(followed, 0x85ebca6b)) & mask
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) if (this.#slots[slot] === pair) return
    this.#slots[slot] = pair
    this.size++
  }

  sorted(): Float64Array {
    return this.#slots.filter((pair) => pair !== 0).sort()
  }
}

interface MadePost {
  readonly body: string
  readonly timestamp: string
  readonly user_id: number
}

/** Posts in chronological order, up to 20 seconds apart. */
export function* posts({ users, posts }: Size): Generator<MadePost> {
  const { below, fraction } = random(3)
  let time = 1_500_000_000_000
  for (let i = 0; i < posts; i++) {
    time += below(20_000)
    const body = Array.from({ length: 3 + below(9) }, () => words[below(words.length)]).join(' ')
    yield { body, timestamp: new Date(time).toISOString(), user_id: 1 + Math.floor(fraction() ** 2 * users) }
  }
}
