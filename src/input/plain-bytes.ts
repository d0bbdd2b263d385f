/** Recognises by its first bytes what a stream is: UTF-8 text, UTF-16 text, a gzip file, or a file that is no text. */
import { errorCode, errorMessage, RefusedError } from '../errors.ts'

type Chunks = AsyncIterable<Uint8Array>

/** Files that are not read, by their first bytes: what they are, and the command that makes text of them. */
const otherFiles: readonly [bytes: string, what: string, hint: (path: string) => string][] = [
  ['PK\x03\x04', 'a zip archive or a spreadsheet', (path) => `unpack it, or save the spreadsheet as CSV:  unzip ${path}`],
  ['\xfd7zXZ', 'compressed with xz', (path) => `unpack it:  xz -dc ${path} | microblog import -`],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd', (path) => `unpack it:  zstd -dc ${path} | microblog import -`],
  ['BZh', 'compressed with bzip2', (path) => `unpack it:  bzip2 -dc ${path} | microblog import -`],
  ['SQLite format 3', 'an SQLite database', () => 'how to bring it in:  microblog help files'],
]

const [gzip, utf16le, utf16be] = ['\x1f\x8b', '\xff\xfe', '\xfe\xff']
const marks = [...otherFiles.map(([bytes]) => bytes), gzip, utf16le, utf16be]

/** The stream as UTF-8 bytes: gzip is unpacked and UTF-16 with a byte order mark is decoded. @throws RefusedError, if it is not text */
export async function* plainBytes(chunks: Chunks, path: string): AsyncGenerator<Uint8Array> {
  const { start, all } = await peek(chunks)
  const other = otherFiles.find(([bytes]) => start.startsWith(bytes))
  if (other) throw new RefusedError(`${path === '-' ? 'standard input' : path} is ${other[1]}, not text`, other[2](path))
  if (start.startsWith(gzip)) return yield* plainBytes(unzip(path, all), path)
  if (start.startsWith(utf16le)) return yield* decode(all, 'utf-16le')
  if (start.startsWith(utf16be)) return yield* decode(all, 'utf-16be')
  yield* all
}

/** Read until no mark can begin with what was read. `start` has a character for each of the first bytes; `all` yields everything. */
async function peek(chunks: Chunks): Promise<{ start: string; all: Chunks }> {
  const rest = chunks[Symbol.asyncIterator]()
  let [first, start] = [Buffer.alloc(0), '']
  while (marks.some((mark) => mark.length > start.length && mark.startsWith(start))) {
    const { done, value } = await rest.next()
    if (done) break
    first = Buffer.concat([first, value])
    start = first.toString('latin1', 0, 16)
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield first
    yield* { [Symbol.asyncIterator]: () => rest }
  }
  return { start, all: all() }
}

async function* unzip(path: string, zipped: Chunks): AsyncGenerator<Uint8Array> {
  const [{ createGunzip }, { pipeline, Readable }] = await Promise.all([import('node:zlib'), import('node:stream')])
  const gunzip = createGunzip()
  // Errors of both streams are thrown by `gunzip`, which is read below.
  pipeline(Readable.from(zipped), gunzip, () => {})
  try {
    yield* gunzip as Chunks
  } catch (error) {
    if (!errorCode(error)?.startsWith('Z_')) throw error
    throw new RefusedError(`${path}: damaged gzip file: ${errorMessage(error)}`)
  }
}

async function* decode(chunks: Chunks, encoding: 'utf-16le' | 'utf-16be'): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  try {
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
    yield Buffer.from(decoder.decode())
  } catch (error) {
    if (errorCode(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error
    throw new RefusedError(`not valid ${encoding.toUpperCase()}`)
  }
}
