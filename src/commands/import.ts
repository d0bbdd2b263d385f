import { noteDryRun } from '../cli/change.ts'
import { Command, type OptionsOf } from '../cli/command.ts'
import { keepGoing, oneOf, withChangeOptions } from '../cli/options.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import type { Session } from '../db/engine.ts'
import { RefusedError, UsageError } from '../errors.ts'
import type { InputRecord } from '../input/layout.ts'
import { formatOf, type InputFormat, inputFormats, openRecords, type Records } from '../input/read-records.ts'
import { RecordError } from '../input/row.ts'
import { openSource, type Source } from '../input/source.ts'
import { NamedUsers } from '../models/named-users.ts'
import { type RecordType, recordTypeNames } from '../models/records.ts'
import { Faults } from './import/faults.ts'
import { loadRecords } from './import/load.ts'
import { Progress } from './import/progress.ts'
import { type ImportState, stageRecords } from './import/stage.ts'

const declare = () =>
  withChangeOptions(
    new Command('import')
      .summary('bring in follows, users or posts')
      .description(
        'Bring in follows, users or posts from a file, plain or gzipped: all of them in one transaction, or none if one is refused. ' +
          'What is there already is left as it is. A header, or the fields of the first object, tell what they are; ' +
          'columns without a header are follows. Follows have the columns follower, followed; users username, email; posts ' +
          'username, timestamp, body. Lines of tsv that begin with # are skipped.',
      )
      .argument('[file]', 'a .tsv .csv .ndjson .jsonl or .json file, also zipped with gzip; - reads standard input, as tsv')
      .option('--type <t>', 'follows, users or posts')
      .option('--format <f>', 'tsv, plain, csv, ndjson, jsonl or json, whatever the name of the file')
      .option('--no-header', 'the first row is a record, whatever it looks like')
      .option('--create-users', 'create the users that follows and posts name and that do not exist')
      .takes('type', recordTypeNames)
      .takes('format', inputFormats)
      .addOption(keepGoing()),
  )
    .example("printf 'alice\\tcarol\\n' | microblog import -", 'two columns: who follows, and whom')
    .example('microblog export posts -o posts.csv.gz && microblog import posts.csv.gz --create-users', 'posts with their authors')
    .example(
      'microblog --db other.db db upgrade && microblog export follows | microblog --db other.db import - --create-users',
      'from one database to another',
    )

type ImportOptions = OptionsOf<typeof declare>

export const importRecords = (context: Context) => declare().action((file, options) => importFile(context, file, options))

export async function importFile(context: Context, file: string | undefined, options: ImportOptions): Promise<void> {
  if (file === undefined) throw new UsageError('no file to import', 'name one, or - for standard input')
  const format = options.format === undefined ? formatOf(file) : oneOf('format', options.format, inputFormats)
  const type = options.type === undefined ? undefined : oneOf('type', options.type, recordTypeNames)
  const source = openSource(file, context.io.stdin)
  await usingSession(context, 'write', (session) => importSource({ context, session, source, format, type, options }))
}

/** The arguments of one import. */
interface Job {
  readonly context: Context
  readonly session: Session
  readonly source: Source
  readonly format: InputFormat
  readonly type: RecordType | undefined
  readonly options: ImportOptions
}

async function importSource(job: Job): Promise<void> {
  const { context, session, source, format, type, options } = job
  const faults = new Faults(source)
  const progress = new Progress(options.quiet ? undefined : context.io.stderr)
  try {
    const records = await openRecords(source, { format, type, header: options.header, isStrict: !options.keepGoing })
    await importAll(job, records, faults, progress)
  } catch (error) {
    progress.end()
    if (!(error instanceof RecordError)) throw error
    // The rest of the input cannot be read, so --keep-going has nothing to continue with.
    faults.add(error.line, new RefusedError(error.message, error.hint))
    await faults.refuse(session.db)
  }
}

async function importAll({ context, session, source, options }: Job, records: Records, faults: Faults, progress: Progress): Promise<void> {
  const { createUsers: isCreating = false, keepGoing = false, dryRun = false } = options
  const staging = await session.staging()
  const stage = { db: session.db, staging, faults, isCreating, users: new NamedUsers(session.db, isCreating) }
  const rows = await stageAll(records, stage, (read) => progress.reading(read, source.size && source.read() / source.size))
  progress.writing(rows)
  const { added, known, created } = await loadRecords(records.layout.type, stage, { rows, dryRun, keepGoing })
  progress.end()
  await faults.report(context, session.db)
  if (created > 0) context.note(created === 1 ? '1 user created' : `${created} users created`)
  context.note(`${added} added, ${known} already there, ${faults.count} failed`)
  noteDryRun(context, options)
}

/** ImportState all records. Returns how many were staged. `onProgress` gets the number of rows read so far. */
async function stageAll({ layout, batches }: Records, stage: ImportState, onProgress: (rows: number) => void): Promise<number> {
  let [read, staged] = [0, 0]
  for await (const batch of batches) {
    const records: InputRecord[] = []
    for (const record of batch) {
      if ('values' in record) records.push(record)
      else stage.faults.add(record.line, new RefusedError(record.fault))
    }
    staged += await stageRecords[layout.type](stage, records)
    read += batch.length
    onProgress(read)
  }
  return staged
}
