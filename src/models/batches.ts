/** Long lists of values, a statement at a time. */

/** SQLite allows 32,766 bound values in a statement, but batches of more than a few hundred are no faster. */
const batchSize = 500

/** Split `items` into batches that fit in one statement, at up to three bound values an item. */
export function* inBatches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += batchSize) yield items.slice(start, start + batchSize)
}
