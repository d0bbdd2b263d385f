/** What every list command has: its options, and the way from a query to text on stdout. */

import type { Context } from '../context.ts'
import { ContradictionError, UsageError } from '../errors.ts'
import type { Format, List } from '../output/format.ts'
import { type FormatName, formatNames, formats } from '../output/formats.ts'
import { type Command, oneOf, parseCount } from './command.ts'

/** As Commander hands them over. */
export interface ListOptions {
  readonly limit?: number
  readonly offset?: number
  readonly sort?: string
  readonly reverse?: boolean
  readonly count?: boolean
  readonly format?: string
  readonly json?: boolean
  readonly fields?: string
  readonly null?: boolean
  readonly header?: boolean
}

/** What one kind of list can show. */
export interface ListKind<Field extends string, Sort extends string> {
  readonly fields: readonly Field[]
  /** Shown unless `--fields` chooses: the bare fields for people and pipes, the cheap ones for the other formats. */
  readonly bare: readonly Field[]
  readonly cheap: readonly Field[]
  readonly sorts: readonly Sort[]
}

/** The options that say how rows look. */
export function withFormatOptions(command: Command, fields: readonly string[]): Command {
  return command
    .option('--format <f>', formatNames.join(', '))
    .option('--json', 'the same as --format json')
    .option('--fields <a,b>', `choose and order: ${fields.join(',')}`)
    .option('-0, --null', 'end lines with NUL, not newline')
    .option('--no-header', 'no header row')
    .takes('format', formatNames)
    .takes('fields', fields)
}

/** The options that say which rows, and in which order, as well. */
export function withListOptions(command: Command, { fields, sorts }: ListKind<string, string>): Command {
  const chosen = command
    .option('-n, --limit <n>', 'at most n rows; 0 is all', parseCount)
    .option('--offset <n>', 'leave out the first n rows', parseCount)
    .option('--sort <key>', `sort by ${sorts.join(', ')}`)
    .option('-r, --reverse', 'the other way round')
    .option('--count', 'print only how many there are')
    .takes('sort', sorts)
  return withFormatOptions(chosen, fields)
}

/** The format asked for; else a table on a terminal and plain lines elsewhere. */
export function chooseFormat(context: Context, options: Pick<ListOptions, 'format' | 'json' | 'null'>): FormatName {
  if (options.json && options.format !== undefined && options.format !== 'json') {
    throw new ContradictionError('--json', `--format ${options.format}`)
  }
  const asked = options.json ? 'json' : options.format
  const isPlain = options.null === true || !context.io.stdout.isTerminal
  const format = asked === undefined ? (isPlain ? 'plain' : 'table') : oneOf('format', asked, formatNames)
  if (options.null && format !== 'plain' && format !== 'tsv') throw new UsageError(`--null goes with plain and tsv, not with ${format}`)
  return format
}

/** `--fields`, checked against what there is. Doubled commas and spaces are tolerated. */
export function chooseFields<Field extends string>(
  kind: ListKind<Field, string>,
  format: FormatName,
  option: string | undefined,
): readonly Field[] {
  if (option === undefined) return format === 'plain' || format === 'table' ? kind.bare : kind.cheap
  const names = option.split(',').map((name) => name.trim())
  const fields = names.filter((name) => name !== '').map((name) => oneOf('field', name, kind.fields))
  if (fields.length === 0) throw new UsageError('--fields is empty', `there are:  ${kind.fields.join(', ')}`)
  return [...new Set(fields)]
}

/** Write the rows in the chosen format, as they come. */
export async function writeList(
  context: Context,
  format: FormatName | Format,
  list: List,
  options: ListOptions,
  empty: string,
): Promise<void> {
  const { stdout } = context.io
  const style = await context.style(stdout)
  const write = typeof format === 'string' ? formats[format] : format
  const text = write(list, { header: options.header !== false, end: options.null ? '\0' : '\n', columns: stdout.columns, style })
  await writeBlocks(context, text, empty)
}

/** One item, as a stream. */
export async function* once<T>(item: T): AsyncGenerator<T> {
  yield item
}

/** Write text as it comes; if there is none, a person is told so. */
export async function writeBlocks(context: Context, blocks: AsyncIterable<string | Uint8Array>, empty: string): Promise<void> {
  const { stdout, stderr } = context.io
  let isEmpty = true
  for await (const block of blocks) {
    isEmpty = false
    stdout.write(block)
  }
  if (isEmpty && stdout.isTerminal) stderr.write(`${empty}\n`)
}
