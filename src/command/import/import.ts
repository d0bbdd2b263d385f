/** `import`, once its options are known to be good. */
import type { Context } from '../../context.ts'
import type { Store } from '../../db/store.ts'
import { RefusedError } from '../../errors.ts'
import { type InputFormat, openRecords, type Records } from '../../input/reader.ts'
import type { InputRecord, RecordType } from '../../input/records.ts'
import { RecordError } from '../../input/row.ts'
import { openSource, type Source } from '../../input/source.ts'
import { NamedUsers } from '../../models/named-users.ts'
import { noteDryRun } from '../change.ts'
import { Faults } from './faults.ts'
import { loadRecords } from './load.ts'
import { Progress } from './progress.ts'
import { type Stage, stageRecords } from './stage.ts'

export interface ImportOptions {
  readonly format: InputFormat
  readonly type: RecordType | undefined
  readonly header: boolean
  readonly createUsers?: boolean
  readonly keepGoing?: boolean
  readonly dryRun?: boolean
  readonly quiet?: boolean
}

interface Job {
  readonly context: Context
  readonly store: Store
  readonly source: Source
  readonly options: ImportOptions
  readonly faults: Faults
  readonly progress: Progress
}

export async function runImport(context: Context, file: string, options: ImportOptions): Promise<void> {
  const source = openSource(file, context.io.stdin)
  const store = await context.database('write')
  const faults = new Faults(source)
  const progress = new Progress(options.quiet ? undefined : context.io.stderr)
  try {
    await importAll({ context, store, source, options, faults, progress })
  } catch (error) {
    progress.end()
    if (!(error instanceof RecordError)) throw error
    // The input cannot be read any further, so there is no rest to import either.
    faults.add(error.line, new RefusedError(error.message, error.hint))
    await faults.refuse(store.db)
  }
}

async function importAll({ context, store, source, options, faults, progress }: Job): Promise<void> {
  const { createUsers: isCreating = false, keepGoing = false, dryRun = false } = options
  const records = await openRecords(source, options)
  const staging = await store.staging()
  const stage = { staging, faults, isCreating, users: new NamedUsers(store.db, isCreating) }
  const rows = await stageAll(records, stage, (read) => progress.reading(read, source.size && source.read() / source.size))
  progress.writing(rows)
  const { added, known, created } = await loadRecords(records.layout.type, stage, { rows, dryRun, keepGoing })
  progress.end()
  await faults.report(context, store.db)
  if (created > 0) context.note(created === 1 ? '1 user created' : `${created} users created`)
  context.note(`${added} added, ${known} already there, ${faults.count} failed`)
  noteDryRun(context, options)
}

/** Returns how many records were staged. `reading` is told how many were read. */
async function stageAll({ layout, batches }: Records, stage: Stage, reading: (rows: number) => void): Promise<number> {
  let [read, staged] = [0, 0]
  for await (const batch of batches) {
    const records = batch.filter((record): record is InputRecord => !('fault' in record))
    if (records.length < batch.length) {
      for (const record of batch) if ('fault' in record) stage.faults.add(record.line, new RefusedError(record.fault))
    }
    staged += await stageRecords[layout.type](stage, records)
    read += batch.length
    reading(read)
  }
  return staged
}
