import type { Format } from './format.ts'
import { escapeField } from './safe-text.ts'

/** One row a line, values separated by tabs, no header, as shell tools expect. A single value that ends with NUL is not escaped. */
export const plain: Format = async function* ({ fields, rows }, { end }) {
  const toText = end === '\0' && fields.length === 1 ? String : escapeField
  for await (const chunk of rows) {
    yield chunk.map((row) => fields.map((field) => toText(String(row[field] ?? ''))).join('\t') + end).join('')
  }
}
