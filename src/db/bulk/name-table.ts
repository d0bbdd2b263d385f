/**
 * Usernames to numbers, for millions of them: a hash table over bytes with open addressing. It folds A–Z as SQLite's lower() does.
 * A name takes about forty bytes, all in a few typed arrays that the garbage collector does not walk.
 */
import { randomBytes } from 'node:crypto'

const longestName = 64
/** Of an entry in the blob, before the name: the number (4 bytes) and the length (1). */
const head = 5

const fold = Uint8Array.from({ length: 256 }, (_unused, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte))

export class NameTable {
  /** Pairs of a hash and the place of an entry in the blob, plus 1; 0 is free. */
  #slots = new Int32Array(2 * 1024)
  #blob = new Uint8Array(16 * 1024)
  #end = 0
  #ids = new Float64Array(1024)
  #count = 0
  /** Names are chosen by users, who must not be able to choose colliding ones. */
  readonly #seed = randomBytes(4).readInt32LE()

  get size(): number {
    return this.#count
  }

  /** The database's id of the name with this number. */
  id(number: number): number {
    return this.#ids[number] as number
  }

  setId(number: number, id: number): void {
    this.#ids[number] = id
  }

  /** The number of the name that these bytes are, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > longestName) return -1
    const hash = this.#hash(bytes, start, end)
    const slots = this.#slots
    const mask = slots.length - 2
    for (let slot = (hash << 1) & mask; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
      if (slots[slot] !== hash) continue
      const entry = (slots[slot + 1] as number) - 1
      if (this.#isSame(entry, bytes, start, end)) return this.#number(entry)
    }
    return -1
  }

  /** Add a name that is not there yet, of at most 64 bytes. Returns its number: numbers count up from 0. */
  add(bytes: Uint8Array, start: number, end: number, id: number): number {
    this.#grow(end - start)
    const number = this.#count++
    this.#ids[number] = id
    const entry = this.#end
    const blob = this.#blob
    blob[entry] = number
    blob[entry + 1] = number >>> 8
    blob[entry + 2] = number >>> 16
    blob[entry + 3] = number >>> 24
    blob[entry + 4] = end - start
    for (let at = start; at < end; at++) blob[entry + head + at - start] = fold[bytes[at] as number] as number
    this.#end += head + end - start
    this.#insert(this.#slots, this.#hash(bytes, start, end), entry + 1)
    return number
  }

  #hash(bytes: Uint8Array, start: number, end: number): number {
    let hash = this.#seed
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (fold[bytes[at] as number] as number), 0x01000193)
    return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  }

  #isSame(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const blob = this.#blob
    if (blob[entry + 4] !== end - start) return false
    for (let at = start, own = entry + head; at < end; at++, own++) if (blob[own] !== fold[bytes[at] as number]) return false
    return true
  }

  #number(entry: number): number {
    const blob = this.#blob
    return (
      (blob[entry] as number) |
      ((blob[entry + 1] as number) << 8) |
      ((blob[entry + 2] as number) << 16) |
      ((blob[entry + 3] as number) << 24)
    )
  }

  #insert(slots: Int32Array, hash: number, place: number): void {
    const mask = slots.length - 2
    let slot = (hash << 1) & mask
    while (slots[slot + 1] !== 0) slot = (slot + 2) & mask
    slots[slot] = hash
    slots[slot + 1] = place
  }

  /** Room for one more: slots at most five eighths full. */
  #grow(length: number): void {
    if (this.#count === this.#ids.length) this.#ids = enlarge(this.#ids, new Float64Array(this.#ids.length * 2))
    if (this.#end + head + length > this.#blob.length) this.#blob = enlarge(this.#blob, new Uint8Array(this.#blob.length * 2))
    if (this.#count * 16 < this.#slots.length * 5) return
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2)
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot + 1] !== 0) this.#insert(this.#slots, old[slot] as number, old[slot + 1] as number)
    }
  }
}

function enlarge<T extends Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
