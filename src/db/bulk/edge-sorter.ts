/**
 * Sorts pairs of numbers, however many, in little memory: runs of a million are sorted, set aside on disk and merged at the end.
 * A pair is one double, so that the engine's own sort of typed arrays does the work.
 */
import { SpillFile } from '../../spill-file.ts'

/** Both numbers of a pair are below this: two times 26 bits are held by a double exactly. */
export const pairBase = 2 ** 26
const runLength = 1 << 20
/** Keys of a run that are in memory while it is merged. */
const windowLength = 1 << 13

export class EdgeSorter {
  readonly #run = new Float64Array(runLength)
  #length = 0
  #spilled = 0
  readonly #file = new SpillFile()

  get size(): number {
    return this.#spilled * runLength + this.#length
  }

  add(left: number, right: number): void {
    if (this.#length === runLength) this.#spill()
    this.#run[this.#length++] = left * pairBase + right
  }

  /** Visit all pairs as keys in ascending order, repeats included. */
  visit(visitor: (key: number) => void): void {
    const last = this.#sorted()
    const file = this.#file
    const windows = [...Array(this.#spilled).keys()].map((index) => new RunWindow(file, index))
    merge([...windows, new ArrayWindow(last)], visitor)
  }

  close(): void {
    this.#file.close()
  }

  /** As unsigned integers, positive doubles sort in the same order, and faster. */
  #sorted(): Float64Array {
    const run = this.#run.subarray(0, this.#length)
    new BigUint64Array(run.buffer, 0, this.#length).sort()
    return run
  }

  #spill(): void {
    const sorted = this.#sorted()
    this.#file.append(new Uint8Array(sorted.buffer, 0, sorted.byteLength))
    this.#spilled++
    this.#length = 0
  }
}

/** A sorted run, seen through its smallest key that is left. */
interface Window {
  head: number
  /** Move on. Returns false at the end. */
  next(): boolean
}

class ArrayWindow implements Window {
  head = 0
  readonly #keys: Float64Array
  #at = 0

  constructor(keys: Float64Array) {
    this.#keys = keys
  }

  next(): boolean {
    if (this.#at === this.#keys.length) return false
    this.head = this.#keys[this.#at++] as number
    return true
  }
}

class RunWindow implements Window {
  head = 0
  readonly #file: SpillFile
  readonly #keys = new Float64Array(windowLength)
  #at = windowLength
  #next: number
  readonly #end: number

  constructor(file: SpillFile, index: number) {
    this.#file = file
    this.#next = index * runLength * 8
    this.#end = this.#next + runLength * 8
  }

  next(): boolean {
    if (this.#at === windowLength) {
      if (this.#next === this.#end) return false
      this.#file.read(this.#keys, windowLength * 8, this.#next)
      this.#next += windowLength * 8
      this.#at = 0
    }
    this.head = this.#keys[this.#at++] as number
    return true
  }
}

/** The heads of all windows in a binary heap: the smallest is at the top. */
function merge(windows: readonly Window[], visitor: (key: number) => void): void {
  const heap = windows.filter((window) => window.next())
  for (let parent = (heap.length >> 1) - 1; parent >= 0; parent--) sink(heap, parent)
  while (heap.length > 0) {
    const top = heap[0] as Window
    visitor(top.head)
    if (!top.next()) {
      const last = heap.pop() as Window
      if (heap.length > 0) heap[0] = last
    }
    sink(heap, 0)
  }
}

function sink(heap: Window[], start: number): void {
  const window = heap[start]
  if (!window) return
  let parent = start
  for (;;) {
    let child = 2 * parent + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && (heap[child + 1] as Window).head < (heap[child] as Window).head) child++
    const smaller = heap[child] as Window
    if (smaller.head >= window.head) break
    heap[parent] = smaller
    parent = child
  }
  heap[parent] = window
}
