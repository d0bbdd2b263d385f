/** Group rows into chunks. The first chunk is small, for low latency; sizes double from `firstSize` to `maxSize` rows. */
export function* inChunks<Row>(rows: Iterable<Row>, firstSize = 200, maxSize = 8192): Generator<Row[]> {
  let size = firstSize
  let chunk: Row[] = []
  for (const row of rows) {
    chunk.push(row)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
    size = Math.min(size * 2, maxSize)
  }
  if (chunk.length > 0) yield chunk
}
