/** Corrections of misspelt words. */
import { quoted } from '../errors.ts'

/** The hint that names the correction. */
export const didYouMean = (name: string): string => `did you mean ${quoted(name)}?`

/** The one of `candidates` that is a slip of the finger or two away, without regard to case; letters that changed places are one slip. */
export async function findNearest(word: string, candidates: readonly string[]): Promise<string | undefined> {
  // The longest name there is has 64 characters, and the cost grows with the square.
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

/** Whether two neighbouring letters have changed places, and nothing else. */
function isTransposition(a: string, b: string): boolean {
  const i = [...a].findIndex((letter, index) => letter !== b[index])
  return a.length === b.length && i >= 0 && a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2)
}
