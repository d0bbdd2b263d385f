import { Command, keepGoing, oneOf } from '../command/command.ts'
import type { ImportOptions } from '../command/import/import.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors.ts'

interface Options extends Pick<ImportOptions, 'createUsers' | 'keepGoing' | 'dryRun' | 'quiet'> {
  readonly type?: string
  readonly format?: string
  readonly header?: boolean
}

export const importRecords = (context: Context) =>
  new Command('import')
    .summary('bring in follows, users or posts')
    .description(
      'Bring in follows, users or posts from a file, plain or gzipped: all of them in one transaction, or none if one is refused. ' +
        'What is there already is left as it is. A header, or the fields of the first object, tell what they are; columns without a header are follows.',
    )
    .argument('[file]', 'a .tsv .csv .ndjson .jsonl or .json file, also with .gz; - reads standard input, as tsv')
    .option('--type <t>', 'follows, users or posts')
    .option('--format <f>', 'tsv, plain, csv, ndjson, jsonl or json, whatever the name of the file')
    .option('--no-header', 'the first row is a record, whatever it looks like')
    .option('--create-users', 'create the users that follows and posts name and that do not exist')
    .takes('type', ['follows', 'users', 'posts'])
    .takes('format', ['tsv', 'plain', 'csv', 'ndjson', 'jsonl', 'json'])
    .addOption(keepGoing())
    .changes()
    .example('microblog import follows.tsv', 'two columns: who follows, and whom')
    .example('microblog import posts.csv.gz --create-users', 'posts with their authors')
    .example('microblog export follows | microblog import - --db other.db', 'from one database to another')
    .action((file: string | undefined, options: Options) => importFile(context, file, options))

async function importFile(context: Context, file: string | undefined, options: Options): Promise<void> {
  if (file === undefined) throw new UsageError('no file to import', 'name one, or - for standard input')
  const { formatOf, inputFormats } = await import('../input/reader.ts')
  const { recordTypeNames } = await import('../input/records.ts')
  const format = options.format === undefined ? formatOf(file) : oneOf('format', options.format, inputFormats)
  const type = options.type === undefined ? undefined : oneOf('type', options.type, recordTypeNames)
  const { runImport } = await import('../command/import/import.ts')
  await runImport(context, file, { ...options, format, type, header: options.header !== false })
}
