/** Compress a stream of blocks. */
export async function* gzip(blocks: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  const [{ createGzip }, { pipeline, Readable }] = await Promise.all([import('node:zlib'), import('node:stream')])
  const zipped = createGzip()
  // Errors of both streams are thrown by `zipped`, which is read below.
  pipeline(Readable.from(blocks), zipped, () => {})
  yield* zipped as AsyncIterable<Uint8Array>
}
