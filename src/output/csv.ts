import type { Format } from './format.ts'

/** RFC 4180, with its CRLF line ends. */
export const csv: Format = async function* ({ fields, rows }, { header }) {
  const { stringify } = await import('csv-stringify/sync')
  // Also quote values that contain a lone CR or LF.
  const options = { record_delimiter: 'windows', quoted_match: /[\r\n]/ } as const
  if (header) yield stringify([fields], options)
  for await (const chunk of rows)
    yield stringify(
      chunk.map((row) => fields.map((field) => row[field])),
      options,
    )
}
