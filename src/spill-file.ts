/** Room on disk for what memory should not hold: a file without a name, gone when it is closed, also when the program is killed. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseError, describeCode } from './errors.ts'

export class SpillFile {
  #file: number | undefined
  #size = 0

  /** Bytes. */
  get size(): number {
    return this.#size
  }

  /** Write `bytes` at the end. @throws DatabaseError, if there is no room. */
  append(bytes: Uint8Array): void {
    try {
      this.#file ??= openNameless()
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at)
    } catch (error) {
      throw new DatabaseError(
        `${tmpdir()} cannot hold what is set aside there: ${describeCode(error)}`,
        'free some space there, or name another folder with TMPDIR; nothing was changed',
      )
    }
    this.#size += bytes.length
  }

  /** Read from the byte `position` on into `buffer`, at most `length` bytes of it. Returns how many there were. */
  read(buffer: NodeJS.ArrayBufferView, length: number, position: number): number {
    return this.#file === undefined ? 0 : readSync(this.#file, buffer, 0, length, position)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}

function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'microblog-'))
  try {
    return openSync(join(folder, 'spilled'), 'wx+', 0o600)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
