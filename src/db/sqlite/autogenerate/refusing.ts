import { errorMessage, RefusedError } from '../../../errors.ts'

/** Run `attempt`. Convert any other error to a RefusedError, with `problem` before its message. */
export function refusing<Result>(problem: string, attempt: () => Result, hint?: string): Result {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof RefusedError) throw error
    throw new RefusedError(`${problem}: ${errorMessage(error)}`, hint)
  }
}
