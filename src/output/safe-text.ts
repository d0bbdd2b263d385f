/** Makes text from users safe to print on a terminal: characters that move the cursor, or hide or reorder text, are escaped. */

/** C0, DEL, C1, the invisible and bidirectional controls, lone surrogates, which UTF-8 cannot encode, and runs of tag characters. */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this matches control characters on purpose
  /[\0-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Surrogate}]|[\u{e0000}-\u{e007f}]+/gu

/** They enclose each search hit in the field `hits`: noncharacters, which Unicode never assigns. */
export const hitMarks = ['\ufdd0', '\ufdd1'] as const

/** What belongs to a word or a picture, at its place in the text: a joiner between two letters or pictographs, the tags of a flag. */
const wanted = [
  // A search hit may begin or end at the joiner.
  /(?<=[\p{L}\p{M}\ufdd0\ufdd1])[\u200c\u200d](?=[\p{L}\p{M}\ufdd0\ufdd1])/uy,
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)[\u200c\u200d](?=\p{Extended_Pictographic})/uy,
  // https://unicode.org/reports/tr51/#def_emoji_tag_sequence
  /(?<=\u{1f3f4})[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}(?![\u{e0000}-\u{e007f}])/uy,
]

function isWanted(text: string, offset: number): boolean {
  return wanted.some((pattern) => {
    pattern.lastIndex = offset
    return pattern.test(text)
  })
}

const replaceUnsafe = (text: string, replace: (character: string) => string): string =>
  text.replace(unsafe, (found, offset: number) => (isWanted(text, offset) ? found : [...found].map(replace).join('')))

const short: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

const escapeCharacter = (character: string): string => short[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** One line for people: every unsafe character as `\n`, `\t` or `\u{1b}`. */
export const safeText = (text: string): string => replaceUnsafe(text, escapeCharacter)

/** Several lines for people: as `safeText`, but newlines, tabs and the NULs of `--null` stay. */
export const safeLines = (text: string): string =>
  replaceUnsafe(text.replaceAll('\r\n', '\n'), (character) => ('\n\t\0'.includes(character) ? character : escapeCharacter(character)))

/** Most text: printable ASCII without a backslash. Looking for it first takes a seventh off an export of posts. */
const plainText = /^[ -[\]-~]*$/

/** For machines too: as `safeText`, with the backslash escaped as well, so that the text can be restored exactly. */
export const escapeField = (text: string): string => (plainText.test(text) ? text : safeText(text.replaceAll('\\', '\\\\')))

/** Escapes the unsafe characters that JSON.stringify leaves unescaped, as `\uXXXX`. */
export const safeJson = (json: string): string =>
  replaceUnsafe(json, (character) =>
    character < ' '
      ? character
      : [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )
