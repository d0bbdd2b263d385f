/** Parses the ids of posts. */
import { quoted, UsageError } from '../errors.ts'
import { parseWholeNumber } from './whole-number.ts'

/** Parse a whole number up to the largest safe integer, also as lists show it: `#4`. @throws UsageError */
export function parseId(text: string): number {
  const id = parseWholeNumber(text.replace(/^#/, ''))
  if (id !== undefined) return id
  throw new UsageError(`${quoted(text)} is not the id of a post`, `an id is a whole number up to ${Number.MAX_SAFE_INTEGER}`)
}
