/** `import`, once its options are known to be good. */
import type { Context } from '../../context.ts'
import type { Store } from '../../db/store.ts'
import { RefusedError } from '../../errors.ts'
import { type InputFormat, openRecords } from '../../input/reader.ts'
import type { RecordType } from '../../input/records.ts'
import { RecordError } from '../../input/row.ts'
import { openSource, type Source } from '../../input/source.ts'
import type { Database } from '../../models/schema.ts'
import { Faults } from './faults.ts'
import { importFollows } from './follows.ts'
import type { ImportOptions, Job, Totals } from './job.ts'
import { Progress } from './progress.ts'
import { importPosts, importUsers } from './rows.ts'

interface Options extends ImportOptions {
  readonly format: InputFormat
  readonly type: RecordType | undefined
  readonly header: boolean
}

const importers: Readonly<Record<RecordType, (job: Job) => Promise<Totals>>> = {
  follows: importFollows,
  users: importUsers,
  posts: importPosts,
}

export async function runImport(context: Context, file: string, options: Options): Promise<void> {
  const source = openSource(file, context.io.stdin)
  const store = await context.database('write')
  const faults = new Faults(source)
  const progress = new Progress(options.quiet ? undefined : context.io.stderr)
  try {
    const { added, known, created } = await read({ context, store, source, options, faults, progress })
    if (created > 0) context.note(created === 1 ? '1 user created' : `${created} users created`)
    context.note(`${added} added, ${known} already there, ${faults.count} failed`)
    if (options.dryRun) context.note('dry run: nothing was changed')
  } catch (error) {
    progress.end()
    if (!(error instanceof RecordError)) throw error
    // The input cannot be read any further, so there is no rest to import either.
    faults.add(error.line, new RefusedError(error.message, error.hint))
    faults.refuse()
  }
}

interface Opened extends Omit<Job, 'records'> {
  readonly store: Store<Database>
  readonly source: Source
  readonly options: Options
}

async function read(opened: Opened): Promise<Totals> {
  const records = await openRecords(opened.source, opened.options)
  const totals = await importers[records.layout.type]({ ...opened, records })
  opened.progress.end()
  return totals
}
