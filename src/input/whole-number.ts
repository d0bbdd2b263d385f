/** Whole numbers as users type them. */

/** Digits only, up to the largest number that JavaScript holds exactly; else undefined. */
export function parseWholeNumber(text: string): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}
