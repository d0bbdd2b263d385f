/** Bytes from a stream in blocks of whole lines: a loop over bytes splits them several times faster than strings are split. */
import { isUtf8 } from 'node:buffer'
import { RecordError } from './row.ts'

/** Bytes; a longer line is a mistake or an attack, not a record. */
export const longestLine = 1024 * 1024
/** Bytes; larger chunks are cut, so that the length of a line is seen before all of it is kept. */
const largestPiece = 256 * 1024

const newline = 10

/** Where the reader of the blocks stands. */
export interface Position {
  /** The line to be read next, from 1. */
  line: number
}

/**
 * The chunks as blocks that end with a newline (the last one perhaps not), without a byte order mark.
 * A line that is too long ends the last block, cut off: `linesOf` says so to whoever comes to it.
 */
export async function* readBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  let kept = 0
  let isFirst = true
  const join = (piece: Buffer): Buffer => {
    const block = rest.length === 0 ? piece : Buffer.concat([...rest, piece])
    const start = isFirst ? markLength(block) : 0
    isFirst = false
    return block.subarray(start)
  }
  for await (const piece of pieces(chunks)) {
    const end = piece.lastIndexOf(newline) + 1
    if (end > 0) {
      yield join(piece.subarray(0, end))
      rest = []
      kept = 0
    }
    if (end === piece.length) continue
    rest.push(piece.subarray(end))
    kept += piece.length - end
    if (kept > longestLine) break
  }
  if (kept > 0) yield join(Buffer.alloc(0))
}

async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += largestPiece) {
      yield Buffer.from(chunk.buffer, chunk.byteOffset + at, Math.min(largestPiece, chunk.length - at))
    }
  }
}

const markLength = (block: Buffer): number => (block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? 3 : 0)

/** What is wrong with these bytes as text, if anything is. */
export function textFault(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return 'not valid UTF-8'
  return bytes.includes(0) ? 'holds a NUL character' : undefined
}

/**
 * The lines of a block with their numbers, without their ends (a CR before the newline is one); `position` moves along.
 * @throws RecordError, if one is longer than 1 MiB.
 */
export function* linesOf(block: Buffer, position: Position): Generator<{ readonly line: number; readonly bytes: Buffer }> {
  for (let start = 0; start < block.length; ) {
    const found = block.indexOf(newline, start)
    const end = found < 0 ? block.length : found
    if (end - start > longestLine) throw new RecordError(position.line, 'longer than 1 MiB')
    yield { line: position.line++, bytes: block.subarray(start, end > start && block[end - 1] === 13 ? end - 1 : end) }
    start = end + 1
  }
}
