import { RefusedError } from '../../../errors.ts'

/** Run `attempt`. Any error but a RefusedError becomes one, with `problem` before its message. */
export function refusing<Result>(problem: string, attempt: () => Result, hint?: string): Result {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof RefusedError) throw error
    throw new RefusedError(`${problem}: ${error instanceof Error ? error.message : String(error)}`, hint)
  }
}
