import type { Format } from './format.ts'
import { plain } from './plain.ts'

/** Tab-separated values: the `plain` format with a header. */
export const tsv: Format = async function* (list, options) {
  if (options.header) yield list.fields.join('\t') + options.end
  yield* plain(list, options)
}
