/** One text, all of a stream. */
import { RefusedError } from '../errors.ts'

/** Bytes; anything much longer than a post is a mistake. */
const mostBytes = 1024 * 1024

/** Everything on the stream as strict UTF-8, without a byte order mark and without the line end that closes it. @throws RefusedError */
export async function readText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > mostBytes) throw new RefusedError('standard input is longer than 1 MiB')
    parts.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)).replace(/\r?\n$/, '')
  } catch {
    throw new RefusedError('standard input is not valid UTF-8')
  }
}
