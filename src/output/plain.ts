import type { Format } from './format.ts'
import { escapeField } from './safe-text.ts'

/** One row a line, values separated by tabs, no header, as shell tools expect. */
export const plain: Format = async function* ({ fields, rows }, { end }) {
  for await (const chunk of rows) {
    yield chunk.map((row) => fields.map((field) => escapeField(String(row[field] ?? ''))).join('\t') + end).join('')
  }
}
