/** Where records come from: a file or standard input. */
import { createReadStream, statSync } from 'node:fs'
import { errorCode, NotFoundError } from '../errors.ts'
import { plainBytes } from './plain-bytes.ts'

export interface Source {
  /** The path as it was given; `-` is standard input. */
  readonly path: string
  /** Size of the file in bytes; undefined if unknown, as for a pipe. */
  readonly size: number | undefined
  /** Bytes read from the file so far. */
  readonly read: () => number
  /** The contents as UTF-8, unpacked. */
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
  return { path, size, read: () => read, chunks: plainBytes(count(), path) }
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
