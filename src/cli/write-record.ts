/** Writes a single record, such as a profile: lines of key and value in table and plain, one object or row in the other formats. */
import type { Context } from '../context.ts'
import type { Row } from '../output/format.ts'
import { jsonText } from '../output/json.ts'
import { escapeField, safeText } from '../output/safe-text.ts'
import { chooseFields, chooseFormat, type FormatOptions } from './list-options.ts'
import { once, writeList } from './write-list.ts'

/** Check the options and return a function that writes the record. With a single field in `--fields`, only its value is printed. */
export function recordWriter(context: Context, options: FormatOptions, all: readonly string[]): (row: Row) => Promise<void> {
  const format = chooseFormat(context, options)
  const fields = chooseFields({ fields: all, defaultFields: all, defaultRecordFields: all, sorts: [] }, format, options.fields)
  const isSingleValue = options.fields !== undefined && fields.length === 1
  const end = options.null ? '\0' : '\n'
  const toText = isSingleValue && options.null ? String : escapeField
  return async (row) => {
    const value = (field: string) => String(row[field] ?? '')
    if (format === 'json') return context.write(`${jsonText(Object.fromEntries(fields.map((field) => [field, row[field] ?? null])))}\n`)
    if (format === 'plain')
      return context.write(fields.map((field) => (isSingleValue ? '' : `${field}\t`) + toText(value(field)) + end).join(''))
    if (format !== 'table') return writeList(context, format, { fields, rows: once([row]) }, options, '')
    const { bold } = await context.style(context.io.stdout)
    const width = Math.max(...fields.map((field) => field.length))
    const lines = fields.map((field) => `${isSingleValue ? '' : `${bold(field.padEnd(width))}  `}${safeText(value(field))}\n`)
    context.writeStyled(lines.join(''))
  }
}
