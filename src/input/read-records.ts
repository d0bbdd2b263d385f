/** Records from a source in any of the input formats. */

import type { RecordType } from '../models/records.ts'
import { csvRows } from './csv-rows.ts'
import { checkFirstRow } from './foreign-rows.ts'
import { jsonRows, ndjsonRows } from './json-rows.ts'
import { countFault, detectLayout, type InputRecord, interpret, type Layout } from './layout.ts'
import { readBlocks } from './lines.ts'
import { type Fault, RecordError, type Row } from './row.ts'
import type { Source } from './source.ts'
import { tsvRows } from './tsv-rows.ts'

export const inputFormats = ['tsv', 'plain', 'csv', 'ndjson', 'jsonl', 'json'] as const
export type InputFormat = (typeof inputFormats)[number]

/** The format of a file by its extension, before any `.gz`; tsv if the extension is unknown. */
export function formatOf(path: string): InputFormat {
  const extension = path
    .toLowerCase()
    .replace(/\.gz$/, '')
    .replace(/^.*[./]/, '')
  return inputFormats.find((format) => format === extension) ?? 'tsv'
}

export interface Records {
  readonly layout: Layout
  readonly isEmpty: boolean
  /** Records and faults in batches, in input order. */
  readonly batches: AsyncIterable<readonly (InputRecord | Fault)[]>
}

interface Options {
  readonly format: InputFormat
  readonly type: RecordType | undefined
  /** False if the first row is a record, even if it looks like a header. */
  readonly header: boolean
  /** Whether a first row with another number of columns is the end. */
  readonly isStrict: boolean
}

const firstRowFault = (first: Row | undefined, layout: Layout): string | undefined =>
  first && 'values' in first ? countFault(first.values.length, layout) : undefined

/** Reads up to the first row to detect the layout. @throws RecordError, if the type cannot be detected or the header is invalid */
export async function openRecords({ chunks }: Pick<Source, 'chunks'>, { format, type, header, isStrict }: Options): Promise<Records> {
  const rows = await peek(rowsOf(format, chunks))
  const layout = detectLayout(rows.first, type, header)
  const line = rows.first?.line ?? 1
  if (!layout) throw new RecordError(line, 'these could be follows, users or posts: say which with --type')
  if (layout.fault) throw new RecordError(line, layout.fault, layout.hint)
  checkFirstRow(rows.first, layout, firstRowFault(rows.first, layout), isStrict)
  return { layout, isEmpty: rows.first === undefined, batches: interpretAll(rows.all, layout) }
}

async function* rowsOf(format: InputFormat, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Row[]> {
  if (format === 'csv') return yield* csvRows(chunks)
  if (format === 'json') return yield* jsonRows(chunks)
  const rowsIn = format === 'tsv' || format === 'plain' ? tsvRows : ndjsonRows
  for await (const block of readBlocks(chunks)) yield rowsIn(block)
}

async function* interpretAll(batches: AsyncIterable<readonly Row[]>, layout: Layout): AsyncGenerator<readonly (InputRecord | Fault)[]> {
  let skip = layout.hasHeader ? 1 : 0
  for await (const batch of batches) {
    const rows = skip === 0 ? batch : batch.slice(skip)
    yield rows.map((row) => interpret(row, layout))
    if (batch.length > 0) skip = 0
  }
}

/** Read up to the first row; `all` still yields everything from the beginning. */
async function peek(batches: AsyncGenerator<readonly Row[]>) {
  const seen: (readonly Row[])[] = []
  let first: Row | undefined
  while (!first) {
    const { done, value } = await batches.next()
    if (done) break
    seen.push(value)
    first = value[0]
  }
  async function* all(): AsyncGenerator<readonly Row[]> {
    yield* seen.splice(0)
    yield* batches
  }
  return { first, all: all() }
}
