/** Makes text from users safe to print on a terminal: characters that move the cursor, or hide or reorder text, are escaped. */

/** C0, DEL, C1, the invisible and bidirectional controls, and lone surrogates, which UTF-8 cannot encode. */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this matches control characters on purpose
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu

const short: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

const escapeCharacter = (character: string): string => short[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** For people: every unsafe character as `\n`, `\t` or `\u{1b}`. */
export const safeText = (text: string): string => text.replace(unsafe, escapeCharacter)

/** For machines too: as `safeText`, with the backslash escaped as well, so that the text can be restored exactly. */
export const escapeField = (text: string): string => safeText(text.replaceAll('\\', '\\\\'))

/** Escapes the unsafe characters that JSON.stringify leaves unescaped, as `\uXXXX`. */
export const safeJson = (json: string): string =>
  json.replace(unsafe, (character) =>
    character < ' '
      ? character
      : [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )
