/** Suggestions for misspelt words. */
import { type MicroblogError, quoted, UnknownValueError, UsageError } from '../errors.ts'

export const didYouMean = (...names: readonly string[]): string => `did you mean ${names.map(quoted).join(' or ')}?`

interface UnknownWord {
  readonly word: string
  /** The name of the command before it. */
  readonly group: string
  readonly candidates: readonly string[]
}

/** No such command or option. `hint` is for a word that is not known and like none of the candidates. Exit 2. */
export class UnknownWordError extends UsageError {
  readonly unknown: UnknownWord

  constructor(message: string, unknown: UnknownWord, hint: string) {
    super(message, hint)
    this.unknown = unknown
  }
}

/** For a misspelt command or option, suggest the nearest one; for a misspelt value, do so above the list of valid values. */
export async function withSuggestion(error: MicroblogError): Promise<MicroblogError> {
  if (error instanceof UnknownWordError) {
    const { word, group, candidates } = error.unknown
    const { knownHint } = await import('./known-words.ts')
    const nearest = await findNearest(word, candidates)
    const hint = knownHint(word, group) ?? (nearest && didYouMean(nearest))
    return hint === undefined ? error : new UsageError(error.message, hint)
  }
  if (!(error instanceof UnknownValueError)) return error
  const nearest = await findNearest(error.word, error.values)
  return nearest === undefined ? error : new UsageError(error.message, `${didYouMean(nearest)}\n${error.hint}`)
}

/** Commands and options after which something is lost: suggested only at one edit, and after all others at as many edits. */
const destructive = new Set(['remove', 'rm', 'unfollow', 'unpost', 'downgrade', 'stamp', '--yes', '--drop', '--no-backup'])

/** The nearest candidate within two edits (fewer for short words), ignoring case. A transposition of adjacent letters is one edit. */
export async function findNearest(word: string, candidates: readonly string[]): Promise<string | undefined> {
  // No name is longer than 64 characters, and the cost grows with the square of the length.
  if (candidates.length === 0 || word.length > 64) return undefined
  const { distance } = await import('fastest-levenshtein')
  const typed = word.toLowerCase()
  const edits = (candidate: string) => distance(typed, candidate.toLowerCase()) - (isTransposition(typed, candidate.toLowerCase()) ? 1 : 0)
  const most = Math.min(2, Math.floor(word.length / 2))
  let nearest: string | undefined
  let least = most + 1
  for (const candidate of candidates) {
    const isDestructive = destructive.has(candidate)
    const count = edits(candidate)
    const rank = isDestructive ? count + 0.5 : count
    if (rank >= least || (isDestructive && count > 1)) continue
    nearest = candidate
    least = rank
  }
  return nearest
}

/** Whether the words differ only in the order of two adjacent letters. */
function isTransposition(a: string, b: string): boolean {
  const i = [...a].findIndex((letter, index) => letter !== b[index])
  return a.length === b.length && i >= 0 && a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2)
}
