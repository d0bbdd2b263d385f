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
  const slips = (candidate: string) => distance(typed, candidate.toLowerCase()) - (isSwapped(typed, candidate.toLowerCase()) ? 1 : 0)
  const [best, ...others] = candidates
  let nearest = { candidate: best ?? '', slips: slips(best ?? '') }
  for (const candidate of others) {
    const count = slips(candidate)
    if (count < nearest.slips) nearest = { candidate, slips: count }
  }
  return nearest.slips <= Math.min(2, Math.floor(word.length / 2)) ? nearest.candidate : undefined
}

/** Whether two neighbouring letters have changed places, and nothing else. */
function isSwapped(a: string, b: string): boolean {
  const at = [...a].findIndex((letter, index) => letter !== b[index])
  return a.length === b.length && at >= 0 && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2)
}
