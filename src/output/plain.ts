import type { Format } from './format.ts'
import { escapeField } from './safe-text.ts'

/** One row a line, values set apart by tabs, no header: what the shell's own tools expect. */
export const plain: Format = async function* ({ fields, rows }, { end }) {
  for await (const chunk of rows) {
    yield chunk.map((row) => fields.map((field) => escapeField(String(row[field] ?? ''))).join('\t') + end).join('')
  }
}
