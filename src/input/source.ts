/** Where records come from: a file, plain or gzipped, or standard input. */
import { createReadStream, statSync } from 'node:fs'
import { errorCode, errorMessage, NotFoundError, RefusedError } from '../errors.ts'

export interface Source {
  /** The path as it was given; `-` is standard input. */
  readonly path: string
  /** Size of the file in bytes; undefined if unknown, as for a pipe. */
  readonly size: number | undefined
  /** Bytes read from the file so far. */
  readonly read: () => number
  /** The contents as a stream, decompressed. */
  readonly chunks: AsyncIterable<Uint8Array>
}

/** @throws NotFoundError, if there is no such file or it cannot be read. */
export function openSource(path: string, stdin: { chunks(): AsyncIterable<Uint8Array> }): Source {
  let read = 0
  const size = path === '-' ? undefined : sizeOf(path)
  async function* count(): AsyncGenerator<Uint8Array> {
    for await (const chunk of path === '-' ? stdin.chunks() : readFile(path)) {
      read += chunk.length
      yield chunk
    }
  }
  return { path, size, read: () => read, chunks: path.endsWith('.gz') ? unzip(path, count()) : count() }
}

function sizeOf(path: string): number | undefined {
  try {
    const stats = statSync(path)
    if (stats.isDirectory()) throw new NotFoundError(`${path} is a folder`, 'name a file, or - for standard input')
    return stats.isFile() ? stats.size : undefined
  } catch (error) {
    throw explain(path, error)
  }
}

async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>
  } catch (error) {
    throw explain(path, error)
  }
}

function explain(path: string, error: unknown): unknown {
  const code = errorCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new NotFoundError(`no file ${path}`)
  if (code === 'EACCES' || code === 'EPERM') return new NotFoundError(`${path}: permission denied`, 'check its permissions')
  return error
}

async function* unzip(path: string, zipped: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [{ createGunzip }, { pipeline, Readable }] = await Promise.all([import('node:zlib'), import('node:stream')])
  const gunzip = createGunzip()
  // Errors of both streams are thrown by `gunzip`, which is read below.
  pipeline(Readable.from(zipped), gunzip, () => {})
  try {
    yield* gunzip as AsyncIterable<Uint8Array>
  } catch (error) {
    if (!errorCode(error)?.startsWith('Z_')) throw error
    throw new RefusedError(`${path}: damaged gzip file: ${errorMessage(error)}`)
  }
}
