/** Tab-separated values, as `export` writes them, with the escapes `\t \n \r \\ \u{hex}`. */
import { type Block, linesIn } from './lines.ts'
import type { Row } from './row.ts'

/** The rows of a block. Lines that are blank, or have only empty columns, and lines that begin with `#` are skipped. */
export function tsvRows(block: Block): Row[] {
  const rows: Row[] = []
  for (const [index, text] of linesIn(block).entries()) {
    if (typeof text !== 'string') rows.push(text)
    else if (!text.startsWith('#') && text.trim() !== '') rows.push(tsvRow(block.line + index, text))
  }
  return rows
}

function tsvRow(line: number, text: string): Row {
  const cells = text.split('\t')
  if (!text.includes('\\')) return { line, values: cells }
  const unescaped = cells.map(unescapeField)
  const bad = unescaped.indexOf(undefined)
  if (bad >= 0) return { line, fault: `column ${bad + 1}: a backslash is only allowed in \\t \\n \\r \\\\ \\u{hex}` }
  return { line, values: unescaped as string[] }
}

/** The last, empty alternative matches a backslash that starts no valid escape. */
const escapes = /\\(?:([tnr\\])|u\{([0-9a-fA-F]{1,6})\}|)/g
const escapedCharacters: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' }

/** Reverse `escapeField`. Returns undefined if an escape is invalid. */
export function unescapeField(field: string): string | undefined {
  let isValid = true
  const text = field.replace(escapes, (_all, short?: string, hex?: string) => {
    const character = short === undefined ? characterOf(hex) : escapedCharacters[short]
    isValid &&= character !== undefined
    return character ?? ''
  })
  return isValid ? text : undefined
}

function characterOf(hex: string | undefined): string | undefined {
  const code = Number.parseInt(hex ?? '', 16)
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined
}
