/** The options that list commands share, and the functions that check them. */
import type { OptionValues } from '@commander-js/extra-typings'
import type { Context } from '../context.ts'
import { ContradictionError, UsageError } from '../errors.ts'
import { type FormatName, formatNames } from '../output/formats.ts'
import type { CommandBuilder, NoOptions, OptionsOf } from './command.ts'
import { oneOf, parseCount } from './options.ts'

/** The fields and sort keys of one kind of list. */
export interface ListKind<Field extends string, Sort extends string> {
  readonly fields: readonly Field[]
  /** The fields without `--fields`, in the formats table and plain. */
  readonly defaultFields: readonly Field[]
  /** The same for the other formats, such as JSON. */
  readonly defaultRecordFields: readonly Field[]
  readonly sorts: readonly Sort[]
}

/** Add the options that set the output format. */
export const withFormatOptions = <Args extends unknown[], Opts extends OptionValues>(
  command: CommandBuilder<Args, Opts>,
  fields: readonly string[],
) =>
  command
    .takes('format', formatNames)
    .takes('fields', fields)
    .option('--format <f>', formatNames.join(', '))
    .option('--json', 'the same as --format json')
    .option('--fields <a,b>', `choose and order: ${fields.join(',')}`)
    .option('-0, --null', 'end lines with NUL, not newline')
    .option('--no-header', 'no header row')

export type FormatOptions = OptionsOf<typeof withFormatOptions<[], NoOptions>>

/** Add the format options and those that sort and page a list. */
export const withListOptions = <Args extends unknown[], Opts extends OptionValues>(
  command: CommandBuilder<Args, Opts>,
  { fields, sorts }: ListKind<string, string>,
) =>
  withFormatOptions(
    command
      .takes('sort', sorts)
      .option('-n, --limit <n>', 'at most n rows; 0 is all', parseCount)
      .option('--offset <n>', 'leave out the first n rows', parseCount)
      .option('--sort <key>', `sort by ${sorts.join(', ')}`)
      .option('-r, --reverse', 'the other way round')
      .option('--count', 'print only how many there are')
      .option('--sql', 'print the query that answers this, and do not run it'),
    fields,
  )

export type ListOptions = OptionsOf<typeof withListOptions<[], NoOptions>>

/** What `--format` or `--json` names. @throws ContradictionError */
export function requestedFormat({ json, format }: Pick<FormatOptions, 'format' | 'json'>): string | undefined {
  if (json && format !== undefined && format !== 'json') throw new ContradictionError('--json', `--format ${format}`)
  return json ? 'json' : format
}

/** The format from the options. The default is a table on a terminal and plain elsewhere. @throws UsageError */
export function chooseFormat(context: Context, options: Pick<FormatOptions, 'format' | 'json' | 'null'>): FormatName {
  const requested = requestedFormat(options)
  const isPlain = options.null === true || !context.io.stdout.isTerminal
  const format = requested === undefined ? (isPlain ? 'plain' : 'table') : oneOf('format', requested, formatNames)
  if (options.null && format !== 'plain' && format !== 'tsv')
    throw new UsageError(`--null works only with plain and tsv, not with ${format}`)
  return format
}

/** The fields from `--fields`, each once, or the default fields. Ignores spaces and doubled commas. @throws UsageError */
export function chooseFields<Field extends string>(
  kind: ListKind<Field, string>,
  format: FormatName,
  option: string | undefined,
): readonly Field[] {
  if (option === undefined) return format === 'plain' || format === 'table' ? kind.defaultFields : kind.defaultRecordFields
  const names = option.split(',').map((name) => name.trim())
  const fields = names.filter((name) => name !== '').map((name) => oneOf('field', name, kind.fields))
  if (fields.length === 0) throw new UsageError('--fields is empty', `valid values:  ${kind.fields.join(', ')}`)
  return [...new Set(fields)]
}
