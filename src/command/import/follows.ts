/** Follows come by the million: names are resolved and pairs sorted before the database is written. */
import { type FollowImport, outcome } from '../../db/bulk/follows.ts'
import { type MicroblogError, RefusedError } from '../../errors.ts'
import { type EdgeBatch, EdgeScanner, type EdgeSink } from '../../input/edges.ts'
import type { Fault } from '../../input/row.ts'
import { isUsername, NoUsernameError } from '../../models/users.ts'
import { type Faults, UnknownUserError } from './faults.ts'
import { type Job, settleFaults, showReading, type Totals } from './job.ts'

export async function importFollows(job: Job): Promise<Totals> {
  const { store, options, progress } = job
  const bulk = await store.bulk()
  const follows = bulk.importFollows(options.createUsers ? isUsername : () => false)
  try {
    const rows = await readFollows(follows, job)
    progress.end()
    await settleFaults(job)
    const { added, known, created } = follows.write({
      dryRun: options.dryRun === true,
      progress: (done, isIndexing) => (isIndexing ? progress.indexing() : progress.writing(done, rows)),
    })
    return { added, known, created: created.length }
  } finally {
    follows.close()
  }
}

/**
 * Returns how many there were. Parts are read one behind, because names are loaded only where there is more than one part:
 * a few names are looked up sooner than all are loaded.
 */
async function readFollows(follows: FollowImport, job: Job): Promise<number> {
  const { blocks, batches, layout } = job.records
  const sink = new FollowSink(follows, job)
  const scanner = new EdgeScanner(layout, sink)
  let held: Parameters<EdgeScanner['scan']>[0] | undefined
  for await (const part of blocks ?? batches) {
    if (held) {
      follows.load()
      scanner.scan(held)
      showReading(job, sink.rows)
    }
    held = part
  }
  if (held) scanner.scan(held)
  return sink.rows
}

class FollowSink implements EdgeSink {
  rows = 0
  readonly #follows: FollowImport
  readonly #faults: Faults
  readonly #createsUsers: boolean

  constructor(follows: FollowImport, { faults, options }: Job) {
    this.#follows = follows
    this.#faults = faults
    this.#createsUsers = options.createUsers === true
  }

  edges({ bytes, spans, lines, length }: EdgeBatch): void {
    this.rows += length
    this.#follows.add(bytes, spans, length, (index, result) => {
      const at = 4 * index + (result === outcome.unknownFollower ? 0 : 2)
      const name = Buffer.from(bytes.subarray(spans[at], spans[at + 1])).toString()
      const fault = result === outcome.self ? new RefusedError(`${name} cannot follow themselves`) : this.#unknown(name)
      this.#faults.add(lines[index] as number, fault)
    })
  }

  /** With `--create-users` only a name that none can have is unknown. */
  #unknown(name: string): MicroblogError {
    return this.#createsUsers ? new NoUsernameError(name) : new UnknownUserError(name)
  }

  fault({ line, fault }: Fault): void {
    this.rows++
    this.#faults.add(line, new RefusedError(fault))
  }
}
