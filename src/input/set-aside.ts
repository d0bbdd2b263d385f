/** Input that is taken in whole before the first of it is used, so that whoever uses it waits for nobody. */
import { SpillFile } from '../spill-file.ts'

/** Records that stay in memory; the others wait on disk. */
const inMemory = 20_000

export interface SetAside<T> {
  /** All batches, once. */
  batches(): Generator<readonly T[]>
  close(): void
}

/** Read `batches` to their end. `T` is what JSON can hold. */
export async function setAside<T>(batches: AsyncIterable<readonly T[]>): Promise<SetAside<T>> {
  const file = new SpillFile()
  const kept: (readonly T[])[] = []
  const sizes: number[] = []
  let count = 0
  try {
    for await (const batch of batches) {
      count += batch.length
      if (count <= inMemory) kept.push(batch)
      else sizes.push(spill(file, batch))
    }
  } catch (error) {
    file.close()
    throw error
  }
  return {
    *batches() {
      yield* kept.splice(0)
      let position = 0
      for (const size of sizes) {
        yield readBack<T>(file, size, position)
        position += size
      }
    },
    close: () => file.close(),
  }
}

/** Returns how many bytes that is. */
function spill(file: SpillFile, batch: unknown): number {
  const bytes = Buffer.from(JSON.stringify(batch))
  file.append(bytes)
  return bytes.length
}

function readBack<T>(file: SpillFile, size: number, position: number): readonly T[] {
  const bytes = Buffer.allocUnsafe(size)
  for (let at = 0; at < size; ) at += file.read(bytes.subarray(at), size - at, position + at)
  return JSON.parse(bytes.toString()) as T[]
}
