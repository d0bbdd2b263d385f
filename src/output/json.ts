import type { Format, Row } from './format.ts'
import { safeJson } from './safe-text.ts'

/** One value as JSON text without newlines, safe to print on a terminal. */
export const jsonText = (value: unknown): string => safeJson(JSON.stringify(value))

const selectFields = (row: Row, fields: readonly string[]): Row => Object.fromEntries(fields.map((field) => [field, row[field] ?? null]))

/** One array, written as a stream, one object a line. */
export const json: Format = async function* ({ fields, rows }) {
  let before = '[\n  '
  for await (const chunk of rows) {
    yield before + chunk.map((row) => jsonText(selectFields(row, fields))).join(',\n  ')
    before = ',\n  '
  }
  yield before.startsWith('[') ? '[]\n' : '\n]\n'
}

/** One object a line. */
export const ndjson: Format = async function* ({ fields, rows }) {
  for await (const chunk of rows) yield chunk.map((row) => `${jsonText(selectFields(row, fields))}\n`).join('')
}
