import { RefusedError } from '../../../errors.ts'

/** Runs `attempt`, and puts an error of SQLite or of a rehearsal into plain words; a refusal already is in plain words, and passes. */
export function refusing<Result>(problem: string, attempt: () => Result, hint?: string): Result {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof RefusedError) throw error
    throw new RefusedError(`${problem}: ${error instanceof Error ? error.message : String(error)}`, hint)
  }
}
