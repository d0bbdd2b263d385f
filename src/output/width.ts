/** Cuts text to a number of columns, between graphemes, so that no emoji and no letter with its marks is torn apart. */

const graphemes = (text: string): string[] => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)

export type StringWidth = (text: string) => number

/**
 * Vowel signs that stand beside their letter, and letters that join the one before, as in Hindi. string-width counts no column for them,
 * but most terminals draw one.
 */
const spacing = /\p{Mc}|(?<=[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d]\u200d?)\p{L}/gu

/** Stands for a column where another package measures the text: a noncharacter, which Unicode never assigns. */
const column = '\ufdd2'

/**
 * Where an emoji is joined to the one before: a family, or a colour of skin. string-width counts them as one, but many terminals draw each
 * by itself. So that lines fit everywhere, each counts, and in the ones that join them lines only end earlier.
 */
const joint = /(?<=\u200d)(?=\p{Extended_Pictographic})|(?=\p{Emoji_Modifier})/gu

/** Takes emoji apart where another package measures the text: a word joiner, which has no width and which no text for a terminal holds. */
const apart = '\u2060'

/** Loads the function that measures text in columns, as most terminals draw it. */
export async function loadStringWidth(): Promise<StringWidth> {
  const { default: stringWidth } = await import('string-width')
  return (text) => stringWidth(text.replace(spacing, column).replace(joint, apart))
}

/** The text with newlines between words where a line gets too long, and in words that are longer than a line; `style` may add colours. */
export async function wrapText(text: string, columns: number, style: (text: string) => string = String): Promise<string> {
  const { default: wrap } = await import('wrap-ansi')
  const broken = breakLongWords(text, columns, await loadStringWidth())
  const marked = style(broken).replace(spacing, `$&${column}`).replace(joint, apart)
  return wrap(marked, columns).replaceAll(column, '').replaceAll(apart, '')
}

/** The text, or as much of its beginning as fits before a `…`. */
export function shorten(text: string, columns: number, stringWidth: StringWidth): string {
  if (columns === Number.POSITIVE_INFINITY || stringWidth(text) <= columns) return text
  const [first = ''] = pieces(text, Math.max(0, columns - 1), stringWidth)
  return `${first}…`
}

/** The text with newlines inside of words that are longer than a line. */
const breakLongWords = (text: string, columns: number, stringWidth: StringWidth): string =>
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
