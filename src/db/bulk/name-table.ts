/**
 * Usernames to numbers, for millions of them: a hash table over bytes with open addressing. It folds A–Z as SQLite's lower() does.
 * A name takes about forty bytes, all in a few typed arrays that the garbage collector does not walk.
 */
import { randomBytes } from 'node:crypto'

const longestName = 64
/** Of an entry in the blob, before the name: the number (4 bytes) and the length (1). */
const head = 5

const fold = Uint8Array.from({ length: 256 }, (_unused, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte))
/** Of four letters at once this bit makes small ones; for a hash it does not matter that it makes others alike too. */
const smallLetters = 0x20202020

const mix = (hash: number): number => Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)

/** Bytes, to be read four at a time too. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export class NameTable {
  /** Pairs of a hash and the place of an entry in the blob, plus 1; 0 is free. */
  #slots: Int32Array = new Int32Array(2 * 1024)
  #blob: DataView = new DataView(new ArrayBuffer(16 * 1024))
  #end = 0
  #ids = new Float64Array(1024)
  #count = 0
  #hashes = new Int32Array(0)
  #found = new Int32Array(0)
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
  find(bytes: DataView, start: number, end: number): number {
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

  /**
   * The numbers of `count` names, or -1, valid until the next call; their starts and ends are pairs in `spans`. In a table that no cache
   * holds each name takes two fetches from memory. One after another they are waited for; in passes of little work each, many are under way.
   */
  findAll(bytes: DataView, spans: Int32Array, count: number): Int32Array {
    this.#hashAll(bytes, spans, count)
    this.#findHashes(count)
    this.#compareLengths(spans, count)
    return this.#compareNames(bytes, spans, count)
  }

  #hashAll(bytes: DataView, spans: Int32Array, count: number): void {
    if (this.#hashes.length < count) {
      this.#hashes = new Int32Array(count)
      this.#found = new Int32Array(count)
    }
    for (let index = 0; index < count; index++) {
      const start = spans[2 * index] as number
      this.#hashes[index] = this.#hash(bytes, start, Math.min(spans[2 * index + 1] as number, start + longestName))
    }
  }

  /** For each hash the first entry that has it, or -1. */
  #findHashes(count: number): void {
    const slots = this.#slots
    const mask = slots.length - 2
    for (let index = 0; index < count; index++) {
      const hash = this.#hashes[index] as number
      let slot = (hash << 1) & mask
      while (slots[slot + 1] !== 0 && slots[slot] !== hash) slot = (slot + 2) & mask
      this.#found[index] = (slots[slot + 1] as number) - 1
    }
  }

  /** Two names of one hash are rare: -2 is for those that have to be looked for again. */
  #compareLengths(spans: Int32Array, count: number): void {
    for (let index = 0; index < count; index++) {
      const length = (spans[2 * index + 1] as number) - (spans[2 * index] as number)
      const entry = this.#found[index] as number
      if (entry >= 0 && this.#blob.getUint8(entry + 4) !== length) this.#found[index] = -2
    }
  }

  /** Entries to numbers. */
  #compareNames(bytes: DataView, spans: Int32Array, count: number): Int32Array {
    const found = this.#found
    for (let index = 0; index < count; index++) {
      const entry = found[index] as number
      if (entry === -1) continue
      const start = spans[2 * index] as number
      const end = spans[2 * index + 1] as number
      found[index] = entry >= 0 && this.#isSame(entry, bytes, start, end) ? this.#number(entry) : this.find(bytes, start, end)
    }
    return found
  }

  /** Add a name that is not there yet, of at most 64 bytes. Returns its number: numbers count up from 0. */
  add(bytes: DataView, start: number, end: number, id: number): number {
    this.#makeRoom(end - start)
    const number = this.#count++
    this.#ids[number] = id
    const entry = this.#end
    const blob = this.#blob
    blob.setInt32(entry, number, true)
    blob.setUint8(entry + 4, end - start)
    for (let at = start, own = entry + head; at < end; at++, own++) blob.setUint8(own, bytes.getUint8(at))
    this.#end += head + end - start
    this.#insert(this.#slots, this.#hash(bytes, start, end), entry + 1)
    return number
  }

  #hash(bytes: DataView, start: number, end: number): number {
    let hash = this.#seed
    let at = start
    for (; at + 4 <= end; at += 4) hash = mix(hash ^ (bytes.getInt32(at, true) | smallLetters))
    for (; at < end; at++) hash = mix(hash ^ (bytes.getUint8(at) | 0x20))
    return hash
  }

  /** Most names are written as they are stored, which is seen in steps of four. */
  #isSame(entry: number, bytes: DataView, start: number, end: number): boolean {
    const blob = this.#blob
    if (blob.getUint8(entry + 4) !== end - start) return false
    let at = start
    let own = entry + head
    for (; at + 4 <= end && blob.getInt32(own, true) === bytes.getInt32(at, true); at += 4) own += 4
    for (; at < end; at++, own++) if (fold[blob.getUint8(own)] !== fold[bytes.getUint8(at)]) return false
    return true
  }

  #number(entry: number): number {
    return this.#blob.getInt32(entry, true)
  }

  #insert(slots: Int32Array, hash: number, place: number): void {
    const mask = slots.length - 2
    let slot = (hash << 1) & mask
    while (slots[slot + 1] !== 0) slot = (slot + 2) & mask
    slots[slot] = hash
    slots[slot + 1] = place
  }

  /** Make room for so many names in all: slots at most five eighths full. */
  reserve(count: number): void {
    let length = this.#slots.length
    while (count * 16 >= length * 5) length *= 2
    if (count > this.#ids.length) this.#ids = enlarge(this.#ids, new Float64Array(Math.max(count, this.#ids.length * 2)))
    if (length > this.#slots.length) this.#rehash(new Int32Array(length))
  }

  #rehash(slots: Int32Array): void {
    const old = this.#slots
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot + 1] !== 0) this.#insert(slots, old[slot] as number, old[slot + 1] as number)
    }
    this.#slots = slots
  }

  #makeRoom(length: number): void {
    this.reserve(this.#count + 1)
    const { byteLength, buffer } = this.#blob
    if (this.#end + head + length > byteLength) this.#blob = viewOf(enlarge(new Uint8Array(buffer), new Uint8Array(byteLength * 2)))
  }
}

function enlarge<T extends Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
