/** Cuts text to a number of columns, between graphemes, so that no emoji and no letter with its marks is torn apart. */

const graphemes = (text: string): string[] => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)

export type StringWidth = (text: string) => number

/** The text, or as much of its beginning as fits before a `…`. */
export function shorten(text: string, columns: number, stringWidth: StringWidth): string {
  if (columns === Number.POSITIVE_INFINITY || stringWidth(text) <= columns) return text
  const [first = ''] = pieces(text, Math.max(0, columns - 1), stringWidth)
  return `${first}…`
}

/** The text with newlines inside of words that are longer than a line. */
export const breakLongWords = (text: string, columns: number, stringWidth: StringWidth): string =>
  text.replace(/[^ \n]+/g, (word) => (stringWidth(word) > columns ? pieces(word, columns, stringWidth).join('\n') : word))

/** The text in pieces of at most so many columns. The first is empty if not even one grapheme fits. */
function pieces(text: string, columns: number, stringWidth: StringWidth): string[] {
  const found = ['']
  let left = columns
  for (const grapheme of graphemes(text)) {
    const width = stringWidth(grapheme)
    if (width > left) {
      found.push('')
      left = columns
    }
    found[found.length - 1] += grapheme
    left -= width
  }
  return found
}
