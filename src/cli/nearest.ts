/** Suggestions for misspelt words. */
import { quoted } from '../errors.ts'

export const didYouMean = (name: string): string => `did you mean ${quoted(name)}?`

/** The nearest candidate within two edits (fewer for short words), ignoring case. A transposition of adjacent letters is one edit. */
export async function findNearest(word: string, candidates: readonly string[]): Promise<string | undefined> {
  // No name is longer than 64 characters, and the cost grows with the square of the length.
  if (candidates.length === 0 || word.length > 64) return undefined
  const { distance } = await import('fastest-levenshtein')
  const typed = word.toLowerCase()
  const edits = (candidate: string) => distance(typed, candidate.toLowerCase()) - (isTransposition(typed, candidate.toLowerCase()) ? 1 : 0)
  const [first = '', ...others] = candidates
  let nearest = { candidate: first, edits: edits(first) }
  for (const candidate of others) {
    const count = edits(candidate)
    if (count < nearest.edits) nearest = { candidate, edits: count }
  }
  return nearest.edits <= Math.min(2, Math.floor(word.length / 2)) ? nearest.candidate : undefined
}

/** Whether the words differ only in the order of two adjacent letters. */
function isTransposition(a: string, b: string): boolean {
  const i = [...a].findIndex((letter, index) => letter !== b[index])
  return a.length === b.length && i >= 0 && a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2)
}
