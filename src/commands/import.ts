import { noteDryRun } from '../cli/change.ts'
import { Command, type OptionsOf } from '../cli/command.ts'
import { keepGoing, oneOf, withChangeOptions } from '../cli/options.ts'
import { Progress } from '../cli/progress.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import type { Session } from '../db/engine.ts'
import { RefusedError, UsageError } from '../errors.ts'
import type { InputRecord } from '../input/layout.ts'
import { formatOf, inputFormats, openRecords, type Records } from '../input/read-records.ts'
import { RecordError } from '../input/row.ts'
import { openSource, type Source } from '../input/source.ts'
import { NamedUsers } from '../models/named-users.ts'
import { type RecordType, recordTypeNames } from '../models/records.ts'
import { Faults } from './import/faults.ts'
import { loadRecords } from './import/load.ts'
import { type ImportState, stageRecords } from './import/stage.ts'

const declare = () =>
  withChangeOptions(
    new Command('import')
      .summary('bring in follows, users or posts')
      .description(
        'Bring in follows, users or posts from files, plain or gzipped: all of them in one transaction, or none if one is refused. ' +
          'What is there already is left as it is. A header, or the fields of the first object, tell what they are; ' +
          'columns without a header are follows. Follows have the columns follower, followed; users username, email; posts ' +
          'username, timestamp, body. Lines of tsv that begin with # are skipped.',
      )
      .argument('[file...]', 'a .tsv .csv .ndjson .jsonl or .json file, also zipped with gzip; - reads standard input, as tsv')
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

export const importRecords = (context: Context) => declare().action((files, options) => importFiles(context, files, options))

export async function importFiles(context: Context, files: readonly string[], options: ImportOptions): Promise<void> {
  if (files.length === 0) throw new UsageError('no file to import', 'name one, or - for standard input')
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('standard input can be read only once', 'name - once')
  if (options.format !== undefined) oneOf('format', options.format, inputFormats)
  const type = options.type === undefined ? undefined : oneOf('type', options.type, recordTypeNames)
  const sources = files.map((file) => openSource(file, context.io.stdin))
  await usingSession(context, 'write', (session) => importSources({ context, session, sources, type, options }))
}

/** The arguments of one import. */
interface Job {
  readonly context: Context
  readonly session: Session
  readonly sources: readonly Source[]
  readonly type: RecordType | undefined
  readonly options: ImportOptions
}

async function importSources(job: Job): Promise<void> {
  const { context, session, options } = job
  const faults = new Faults()
  const progress = new Progress(options.quiet ? undefined : context.io.stderr)
  try {
    await importAll(job, faults, progress)
  } catch (error) {
    progress.end()
    if (!(error instanceof RecordError)) throw error
    // The rest of the input cannot be read, so --keep-going has nothing to continue with.
    faults.add(error.line, new RefusedError(error.message, error.hint))
    await faults.refuse(session.db)
  }
}

async function importAll(job: Job, faults: Faults, progress: Progress): Promise<void> {
  const { context, session, options } = job
  const { createUsers: isCreating = false, keepGoing = false, dryRun = false } = options
  const staging = await session.staging()
  const stage = { db: session.db, staging, faults, isCreating, users: new NamedUsers(session.db, isCreating) }
  const { type, rows } = await stageFiles(job, stage, progress)
  progress.writing(rows)
  const { added, known, created } = await loadRecords(type, stage, { rows, dryRun, keepGoing })
  progress.end()
  await faults.report(context, session.db)
  if (created > 0) context.note(created === 1 ? '1 user created' : `${created} users created`)
  context.note(`${added} added, ${known} already there, ${faults.count} failed`)
  noteDryRun(context, options)
}

/** Stage the records of all files, which must be of one type. Returns the type and how many were staged. */
async function stageFiles({ sources, type: givenType, options }: Job, stage: ImportState, progress: Progress) {
  let type = givenType
  let [read, staged] = [0, 0]
  for (const source of sources) {
    stage.faults.startFile(source.path)
    const format = options.format === undefined ? formatOf(source.path) : oneOf('format', options.format, inputFormats)
    const records = await openRecords(source, { format, type: givenType, header: options.header, isStrict: !options.keepGoing })
    if (records.isEmpty) continue
    type ??= records.layout.type
    if (type !== records.layout.type) throw differentTypes(source, records.layout.type, type)
    staged += await stageAll(records, stage, (rows) => {
      read += rows
      progress.reading(read, partRead(sources))
    })
  }
  return { type: type ?? 'follows', rows: staged }
}

const differentTypes = (source: Source, type: RecordType, first: RecordType): UsageError =>
  new UsageError(
    `${source.path} holds ${type}, and a file before it ${first}`,
    'import users first, then follows and posts:  one import each',
  )

/** The part of the files that has been read, from 0 to 1; undefined if the size of one is unknown. */
function partRead(sources: readonly Source[]): number | undefined {
  let [read, size] = [0, 0]
  for (const source of sources) {
    if (source.size === undefined) return undefined
    read += source.read()
    size += source.size
  }
  return size === 0 ? undefined : read / size
}

/** Stage all records of a file. Returns how many were staged. `onProgress` gets the number of rows in each batch. */
async function stageAll({ layout, batches }: Records, stage: ImportState, onProgress: (rows: number) => void): Promise<number> {
  let staged = 0
  for await (const batch of batches) {
    const records: InputRecord[] = []
    for (const record of batch) {
      if ('values' in record) records.push(record)
      else stage.faults.add(record.line, new RefusedError(record.fault))
    }
    staged += await stageRecords[layout.type](stage, records)
    onProgress(batch.length)
  }
  return staged
}
