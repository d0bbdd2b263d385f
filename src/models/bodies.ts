import { RefusedError } from '../errors.ts'

/** Code points, as SQLite's length() counts. */
const longestBody = 140

/** A post is 1 to 140 characters of text. @throws RefusedError: it is never cut. */
export function checkBody(body: string): void {
  const length = [...body].length
  if (length === 0) throw new RefusedError('the post is empty')
  if (length > longestBody)
    throw new RefusedError(`the post has ${length} characters: ${length - longestBody} too many`, `at most ${longestBody}`)
  if (/\0|\p{Surrogate}/u.test(body)) throw new RefusedError('the post holds a character that is none (NUL, or half of a pair)')
}
