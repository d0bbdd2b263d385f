/** Comma-separated values (RFC 4180), by csv-parse. */
import type { CsvError } from 'csv-parse'
import { linesIn, maxLineBytes, readBlocks, textFault } from './lines.ts'
import { RecordError, type Row } from './row.ts'

interface Parsed {
  readonly record: string[]
  /** `lines` is the number of the line on which the record ends. */
  readonly info: { readonly lines: number }
}

/** In rows. */
const batchSize = 500

/**
 * Yields the rows in batches. The columns are set apart by commas or, if the first line has semicolons and no comma, by semicolons.
 * @throws RecordError, if the input is not valid text, a quote is misplaced or a record is too long
 */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Row[]> {
  const [{ parse }, { pipeline, Readable }] = await Promise.all([import('csv-parse'), import('node:stream')])
  const blocks = checkedBlocks(chunks)
  const { value: first = Buffer.alloc(0) } = await blocks.next()
  // The line on which the last record ended: the next one begins below it.
  let lastLine = 0
  const parser = parse({
    on_record: (record: string[], { lines }: { readonly lines: number }) => {
      lastLine = lines
      return record
    },
    info: true,
    delimiter: delimiterOf(first),
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
    max_record_size: maxLineBytes,
  })
  // Errors of both streams are thrown by `parser`, which is read below.
  pipeline(Readable.from(startingWith(first, blocks)), parser, () => {})
  let batch: Row[] = []
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (record.every((cell) => cell.trim() === '')) continue
      batch.push({ line: firstLine(record, info.lines), values: record })
      if (batch.length < batchSize) continue
      yield batch
      batch = []
    }
    yield batch
  } catch (error) {
    throw explain(error, lastLine)
  }
}

function delimiterOf(block: Buffer): ',' | ';' {
  const [line = ''] = block.toString('utf8', 0, 4096).split('\n')
  return line.includes(';') && !line.includes(',') ? ';' : ','
}

async function* startingWith<T>(first: T, others: AsyncIterable<T>): AsyncGenerator<T> {
  yield first
  yield* others
}

const firstLine = (cells: readonly string[], last: number): number =>
  last - cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)

async function* checkedBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const block of readBlocks(chunks)) {
    const faulty = textFault(block.bytes) ? linesIn(block).find((line) => typeof line !== 'string') : undefined
    if (faulty) throw new RecordError(faulty.line, faulty.fault)
    yield block.bytes
  }
}

const messages: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed, in the record that begins here',
  CSV_MAX_RECORD_SIZE: 'a record longer than 1 MiB',
  INVALID_OPENING_QUOTE: 'a quote in the middle of a field',
  CSV_INVALID_CLOSING_QUOTE: 'a quote that is neither doubled nor at the end of its field',
}

function explain(error: unknown, lastLine: number): unknown {
  const { code, lines } = error as CsvError & { readonly lines?: number }
  const message = messages[code]
  if (message === undefined) return error
  return new RecordError(code === 'CSV_QUOTE_NOT_CLOSED' ? lastLine + 1 : (lines ?? 1), message)
}
