/** The blocks, zipped as they come. */
export async function* gzip(blocks: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  const [{ createGzip }, { pipeline, Readable }] = await Promise.all([import('node:zlib'), import('node:stream')])
  const zipped = createGzip()
  // Faults of either side come out of `zipped`, which is read here.
  pipeline(Readable.from(blocks), zipped, () => {})
  yield* zipped as AsyncIterable<Uint8Array>
}
