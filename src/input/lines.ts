/** Text from a stream of bytes: strict UTF-8, in lines of bounded length or all at once. */
import { isUtf8 } from 'node:buffer'
import { linePrefix, RefusedError } from '../errors.ts'
import { plainBytes } from './plain-bytes.ts'
import { type Fault, RecordError } from './row.ts'

interface Line {
  readonly text: string
  /** From 1. */
  readonly number: number
}

/** What ends a line: a newline (a CR before it is dropped) or NUL. */
type Separator = '\n' | '\0'

/** The bytes of whole lines; the last block may end without a separator. `line` is the number of the first line, from 1. */
export interface Block {
  readonly bytes: Buffer
  readonly line: number
}

/** A longer line is a mistake or an attack, not a record. */
export const maxLineBytes = 1024 * 1024
/** Larger chunks are split, so that a line that is too long is detected before all of it is in memory. */
const maxPieceBytes = 64 * 1024

/** Yields lines without separators and byte order mark. @throws RefusedError that names a line that is too long or not valid text */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, separator: Separator = '\n'): AsyncGenerator<Line> {
  try {
    for await (const block of readBlocks(plainBytes(chunks, '-'), separator)) {
      for (const [index, text] of linesIn(block, separator).entries()) {
        if (typeof text !== 'string') throw new RecordError(text.line, text.fault)
        yield { text, number: block.line + index }
      }
    }
  } catch (error) {
    throw error instanceof RecordError ? new RefusedError(linePrefix(error.line) + error.message) : error
  }
}

/** The lines of a block, in order. A line that is not valid text becomes a `Fault`; the others are still read. */
export function linesIn({ bytes, line }: Block, separator: Separator = '\n'): (string | Fault)[] {
  if (textFault(bytes, separator)) return [...slices(bytes, separator)].map((slice, index) => decode(slice, line + index, separator))
  const texts = bytes.toString().split(separator)
  if (texts.at(-1) === '') texts.pop()
  return separator === '\n' ? texts.map(withoutReturn) : texts
}

function decode(bytes: Buffer, line: number, separator: Separator): string | Fault {
  const fault = textFault(bytes, separator)
  if (fault) return { line, fault }
  return separator === '\n' ? withoutReturn(bytes.toString()) : bytes.toString()
}

const withoutReturn = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text)

/** Why these bytes are not valid text; undefined if they are. */
export function textFault(bytes: Uint8Array, separator: Separator = '\n'): string | undefined {
  if (!isUtf8(bytes)) return 'not valid UTF-8'
  return separator === '\n' && bytes.includes(0) ? 'contains a NUL character' : undefined
}

/** The bytes of each line, without its separator. */
function* slices(bytes: Buffer, separator: Separator): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(separator, start)
    const end = found < 0 ? bytes.length : found
    yield bytes.subarray(start, end)
    start = end + 1
  }
}

/** The chunks as blocks of whole lines, without a byte order mark. @throws RecordError, if a line is longer than 1 MiB. */
export async function* readBlocks(chunks: AsyncIterable<Uint8Array>, separator: Separator = '\n'): AsyncGenerator<Block> {
  const end = separator.charCodeAt(0)
  let line = 1
  let rest: Buffer[] = []
  let length = 0
  const join = (piece: Buffer): Block => {
    const joined = rest.length === 0 ? piece : Buffer.concat([...rest, piece])
    if (joined.indexOf(end) > maxLineBytes) throw new RecordError(line, 'longer than 1 MiB')
    return { bytes: line === 1 ? withoutBom(joined) : joined, line }
  }
  for await (const piece of pieces(chunks)) {
    const whole = piece.lastIndexOf(end) + 1
    if (whole > 0) {
      const block = join(piece.subarray(0, whole))
      yield block
      line += count(block.bytes, end)
      rest = []
      length = 0
    }
    rest.push(piece.subarray(whole))
    length += piece.length - whole
    if (length > maxLineBytes) throw new RecordError(line, 'longer than 1 MiB')
  }
  if (length > 0) yield join(Buffer.alloc(0))
}

export const withoutBom = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes

function count(bytes: Buffer, byte: number): number {
  let found = 0
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) found++
  return found
}

async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += maxPieceBytes) {
      yield Buffer.from(chunk.buffer, chunk.byteOffset + at, Math.min(maxPieceBytes, chunk.length - at))
    }
  }
}

/** Read the whole stream, without byte order mark and final line break. @throws RefusedError, if it is over 1 MiB or not UTF-8 */
export async function readText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of plainBytes(chunks, '-')) {
    length += chunk.length
    // Anything much longer than a post is a mistake.
    if (length > maxLineBytes) throw new RefusedError('standard input is longer than 1 MiB')
    parts.push(chunk)
  }
  const bytes = Buffer.concat(parts)
  if (!isUtf8(bytes)) throw new RefusedError('standard input is not valid UTF-8')
  return withoutBom(bytes)
    .toString()
    .replace(/\r?\n$/, '')
}
