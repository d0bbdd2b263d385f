/** Text from a stream, a line at a time: strict UTF-8, lines of bounded length, any line end. */
import { RefusedError } from '../errors.ts'

export interface Line {
  readonly text: string
  /** From 1. */
  readonly number: number
}

/** Bytes; a longer line is a mistake or an attack, not a name. */
const longestLine = 1024 * 1024

/**
 * The lines of `chunks`, without their ends and without a byte order mark. `separator` is a newline (a CR before it is dropped) or NUL.
 * @throws RefusedError naming the line, if it is longer than 1 MiB, is not UTF-8 or holds a NUL.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, separator: '\n' | '\0' = '\n'): AsyncGenerator<Line> {
  const end = separator.charCodeAt(0)
  let number = 1
  let rest: Uint8Array = new Uint8Array()
  for await (const chunk of chunks) {
    let start = 0
    for (let at = chunk.indexOf(end); at >= 0; at = chunk.indexOf(end, start)) {
      yield decode(join(rest, chunk.subarray(start, at), number), number++, separator)
      rest = new Uint8Array()
      start = at + 1
    }
    rest = join(rest, chunk.subarray(start), number)
  }
  if (rest.length > 0) yield decode(rest, number, separator)
}

function join(rest: Uint8Array, more: Uint8Array, number: number): Uint8Array {
  if (rest.length + more.length > longestLine) throw new RefusedError(`line ${number}: longer than 1 MiB`)
  return rest.length === 0 ? more : Buffer.concat([rest, more])
}

function decode(bytes: Uint8Array, number: number, separator: string): Line {
  const text = decodeUtf8(bytes, number)
  if (separator === '\0') return { text, number }
  if (text.includes('\0')) throw new RefusedError(`line ${number}: holds a NUL character`)
  return { text: text.endsWith('\r') ? text.slice(0, -1) : text, number }
}

function decodeUtf8(bytes: Uint8Array, number: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: number !== 1 }).decode(bytes)
  } catch {
    throw new RefusedError(`line ${number}: not valid UTF-8`)
  }
}
