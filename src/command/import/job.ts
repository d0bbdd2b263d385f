/** One import: what it reads, how it is to go about it, and what came of it. */
import type { Context } from '../../context.ts'
import type { Store } from '../../db/store.ts'
import type { Records } from '../../input/reader.ts'
import type { Source } from '../../input/source.ts'
import type { Database } from '../../models/schema.ts'
import type { Faults } from './faults.ts'
import type { Progress } from './progress.ts'

export interface ImportOptions {
  readonly createUsers?: boolean
  readonly keepGoing?: boolean
  readonly dryRun?: boolean
  readonly quiet?: boolean
}

export interface Job {
  readonly context: Context
  readonly store: Store<Database>
  readonly source: Source
  readonly records: Records
  readonly options: ImportOptions
  readonly faults: Faults
  readonly progress: Progress
}

export interface Totals {
  readonly added: number
  readonly known: number
  /** Users that were created because somebody named them. */
  readonly created: number
}

/** Draw how much has been read, after so many rows. */
export function showReading({ progress, source }: Job, rows: number): void {
  progress.reading(rows, source.size && source.read() / source.size)
}

/** Without `--keep-going` a fault ends the import; with it the faults are told, and the rest is imported. */
export async function settleFaults({ context, store, faults, options }: Job): Promise<void> {
  await faults.suggest(store.db)
  if (!options.keepGoing) faults.refuse()
  await faults.report(context)
}
