/** Parses the ids of posts. */
import { quoted, UsageError } from '../errors.ts'

/** Parse a whole number up to the largest safe integer. @throws UsageError */
export function parseId(text: string): number {
  const id = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(id)) return id
  throw new UsageError(`${quoted(text)} is not the id of a post`, `an id is a whole number up to ${Number.MAX_SAFE_INTEGER}`)
}
