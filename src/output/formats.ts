/** The one list of output formats. */
import { csv } from './csv.ts'
import type { Format } from './format.ts'
import { json, ndjson } from './json.ts'
import { plain } from './plain.ts'
import { table } from './table.ts'
import { tsv } from './tsv.ts'

export const formats = { table, plain, tsv, csv, json, ndjson } satisfies Record<string, Format>

export type FormatName = keyof typeof formats

export const formatNames = Object.keys(formats) as FormatName[]
