import { safeText } from './safe-text.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as the content of an element or of an attribute in double quotes. XML has no control characters: they are escaped as `\u{1b}`. */
export const xmlText = (text: string): string => safeText(text).replace(/[&<>"]/g, (character) => entities[character] ?? character)
