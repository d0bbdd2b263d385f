import type { Handle } from '../addon.ts'

/**
 * Adds posts one by one, within a transaction that the caller has begun. A post that was there before is not added again, but one
 * that stands twice in the input and once in the database is added once: so an export, imported, always gives what was exported.
 */
export class PostWriter {
  readonly #findUser
  readonly #insertUser
  readonly #findPosts
  readonly #insert
  /** Those after it are new in this transaction. */
  readonly #lastId: number
  readonly #met = new BitSet()

  constructor(handle: Handle) {
    this.#findUser = handle.prepare<[string], number>('SELECT id FROM users WHERE lower(username) = lower(?)').pluck()
    this.#insertUser = handle.prepare<[string], number>('INSERT INTO users (username) VALUES (?) RETURNING id').pluck()
    this.#findPosts = handle
      .prepare<[number, string, string, number], number>(
        'SELECT id FROM posts WHERE user_id = ? AND timestamp = ? AND body = ? AND id <= ? ORDER BY id',
      )
      .pluck()
    this.#insert = handle.prepare<[string, string, number]>('INSERT INTO posts (body, timestamp, user_id) VALUES (?, ?, ?)')
    this.#lastId = handle.prepare<[], number>('SELECT coalesce(max(id), 0) FROM posts').pluck().get() as number
  }

  findUser(username: string): number | undefined {
    return this.#findUser.get(username)
  }

  addUser(username: string): number {
    return this.#insertUser.get(username) as number
  }

  /** Returns whether it was not there yet. `timestamp` is in our one form. */
  add(userId: number, timestamp: string, body: string): boolean {
    for (const id of this.#findPosts.iterate(userId, timestamp, body, this.#lastId)) if (this.#met.add(id)) return false
    this.#insert.run(body, timestamp, userId)
    return true
  }
}

/** A set of ids that takes a bit for each, in pages that are made when they are needed. */
class BitSet {
  readonly #pages = new Map<number, Uint8Array>()

  /** Returns whether `id` is new. */
  add(id: number): boolean {
    const page = this.#page(Math.floor(id / 65_536))
    const bit = 1 << (id & 7)
    const at = (id % 65_536) >> 3
    const byte = page[at] ?? 0
    page[at] = byte | bit
    return (byte & bit) === 0
  }

  #page(number: number): Uint8Array {
    const page = this.#pages.get(number) ?? new Uint8Array(8192)
    this.#pages.set(number, page)
    return page
  }
}
