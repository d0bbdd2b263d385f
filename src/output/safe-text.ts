/** What users wrote is never trusted on a terminal: characters that move the cursor, hide or reorder text are shown, not sent. */

/** C0, DEL, C1, and the invisible and bidirectional controls; lone surrogates, which UTF-8 cannot carry. */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what this is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu

const short: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

const escapeCharacter = (character: string): string => short[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** For people: every unsafe character as `\n`, `\t` or `\u{1b}`. */
export const safeText = (text: string): string => text.replace(unsafe, escapeCharacter)

/** For machines too: as `safeText`, with the backslash escaped as well, so that the text can be had back exactly. */
export const escapeField = (text: string): string => safeText(text.replaceAll('\\', '\\\\'))

/** JSON has its own escapes; those characters that it would let through bare are given as `\uXXXX` too. */
export const safeJson = (json: string): string =>
  json.replace(unsafe, (character) =>
    character < ' '
      ? character
      : [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )
