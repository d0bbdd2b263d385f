/** Follows from tab-separated lines, by a loop over their bytes: no string is made of what is in order. */
import { linesOf, longestLine, type Position, textFault } from './blocks.ts'
import { type InputRecord, interpret, type Layout } from './records.ts'
import type { Fault } from './row.ts'
import { tsvRows } from './tsv.ts'

const [tab, newline, cr, hash, backslash] = [9, 10, 13, 35, 92]

/** Follows are handed over so many at a time, because a table of a million names is asked much faster so. */
const batchLength = 2048

/** Some follows of one block. */
export interface EdgeBatch {
  /** What the names stand in. */
  readonly bytes: Uint8Array
  /** For each follow where the follower's name starts and ends, and the same of the name of the one who is followed. */
  readonly spans: Int32Array
  /** For each follow the line that it stands in. */
  readonly lines: Float64Array
  readonly length: number
}

export interface EdgeSink {
  /** The batch is only valid during the call. */
  edges(batch: EdgeBatch): void
  fault(fault: Fault): void
}

/** Reads block after block into `sink`. */
export class EdgeScanner {
  readonly #layout: Layout
  readonly #sink: EdgeSink
  readonly #position: Position = { line: 1 }
  readonly #isSwapped: boolean
  readonly #spans = new Int32Array(4 * batchLength)
  readonly #lines = new Float64Array(batchLength)
  #length = 0
  #awaitsHeader: boolean

  constructor(layout: Layout, sink: EdgeSink) {
    this.#layout = layout
    this.#sink = sink
    this.#isSwapped = layout.columns[0] === 1
    this.#awaitsHeader = layout.hasHeader
  }

  /** A block of lines, or records that other readers have made. */
  scan(part: Buffer | readonly (InputRecord | Fault)[]): void {
    if (Buffer.isBuffer(part)) this.#scanBlock(part)
    else for (const record of part) this.#record(record)
  }

  #scanBlock(block: Buffer): void {
    const isPlain = !this.#awaitsHeader && block.length <= longestLine && textFault(block) === undefined && !block.includes(backslash)
    if (isPlain) this.#scanBytes(block)
    else for (const { line, bytes } of linesOf(block, this.#position)) this.#scanLine(bytes, line)
  }

  #scanBytes(block: Buffer): void {
    const length = block.length
    let line = this.#position.line
    for (let start = 0, end = 0; start < length; start = end + 1, line++) {
      let split = -1
      let tabs = 0
      for (end = start; end < length && block[end] !== newline; end++) {
        if (block[end] !== tab) continue
        split = end
        tabs++
      }
      const stop = end > start && block[end - 1] === cr ? end - 1 : end
      if (tabs === 1 && block[start] !== hash) this.#edge(block, start, split, stop, line)
      else {
        this.#flush(block)
        this.#scanLine(block.subarray(start, stop), line)
      }
    }
    this.#flush(block)
    this.#position.line = line
  }

  #edge(bytes: Uint8Array, start: number, split: number, end: number, line: number): void {
    const at = 4 * this.#length
    const [follower, followed] = this.#isSwapped ? [at + 2, at] : [at, at + 2]
    this.#spans[follower] = start
    this.#spans[follower + 1] = split
    this.#spans[followed] = split + 1
    this.#spans[followed + 1] = end
    this.#lines[this.#length++] = line
    if (this.#length === batchLength) this.#flush(bytes)
  }

  #flush(bytes: Uint8Array): void {
    if (this.#length > 0) this.#sink.edges({ bytes, spans: this.#spans, lines: this.#lines, length: this.#length })
    this.#length = 0
  }

  /** Anything but two columns of plain bytes. */
  #scanLine(bytes: Buffer, line: number): void {
    for (const row of tsvRows(bytes, { line })) {
      if (this.#awaitsHeader && 'cells' in row) {
        this.#awaitsHeader = false
        continue
      }
      this.#record(interpret(row, this.#layout))
    }
  }

  #record(record: InputRecord | Fault): void {
    if ('fault' in record) {
      this.#sink.fault(record)
      return
    }
    const [follower = '', followed = ''] = record.values
    const bytes = Buffer.from(follower + followed)
    const split = Buffer.byteLength(follower)
    const spans = Int32Array.of(0, split, split, bytes.length)
    this.#sink.edges({ bytes, spans, lines: Float64Array.of(record.line), length: 1 })
  }
}
