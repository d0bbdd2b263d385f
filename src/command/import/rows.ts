/** Users and posts: read and written record by record, in one transaction. */
import type { Bulk } from '../../db/bulk/bulk.ts'
import { MicroblogError, RefusedError } from '../../errors.ts'
import { withoutAt } from '../../input/names.ts'
import type { InputRecord } from '../../input/records.ts'
import type { Fault } from '../../input/row.ts'
import { setAside } from '../../input/set-aside.ts'
import { parseTimestamp } from '../../input/time.ts'
import { checkBody } from '../../models/posts.ts'
import { checkEmail, checkUsername } from '../../models/users.ts'
import { UnknownUserError } from './faults.ts'
import { type Job, settleFaults, showReading, type Totals } from './job.ts'

/** Writes one record. Returns whether it was not there yet. @throws MicroblogError, if it cannot be written. */
interface Writer {
  add(values: readonly string[]): boolean
  readonly created: number
}

export const importUsers = (job: Job): Promise<Totals> => importRows(job, (bulk) => new UserRecords(bulk))
export const importPosts = (job: Job): Promise<Totals> => importRows(job, (bulk) => new PostRecords(bulk, job.options.createUsers === true))

async function importRows(job: Job, open: (bulk: Bulk) => Writer): Promise<Totals> {
  // Other writers wait while the transaction is open: they must not have to wait for whoever makes the input.
  if (job.source.size !== undefined) return writeRows(job, job.records.batches, open)
  const aside = await setAside(job.records.batches)
  try {
    return await writeRows(job, aside.batches(), open)
  } finally {
    aside.close()
  }
}

type Batches = AsyncIterable<readonly (InputRecord | Fault)[]> | Iterable<readonly (InputRecord | Fault)[]>

function writeRows(job: Job, batches: Batches, open: (bulk: Bulk) => Writer): Promise<Totals> {
  const { store, options, progress } = job
  return store.change(options, async () => {
    const writer = open(await store.bulk())
    const totals = { added: 0, known: 0 }
    for await (const batch of batches) {
      for (const record of batch) addRecord(job, writer, record, totals)
      showReading(job, totals.added + totals.known + job.faults.count)
    }
    progress.end()
    await settleFaults(job)
    return { ...totals, created: writer.created }
  })
}

function addRecord({ faults }: Job, writer: Writer, record: InputRecord | Fault, totals: { added: number; known: number }): void {
  try {
    if ('fault' in record) throw new RefusedError(record.fault)
    if (writer.add(record.values)) totals.added++
    else totals.known++
  } catch (error) {
    if (!(error instanceof MicroblogError)) throw error
    faults.add(record.line, error)
  }
}

class UserRecords implements Writer {
  readonly created = 0
  readonly #users

  constructor(bulk: Bulk) {
    this.#users = bulk.userWriter()
  }

  add([name = '', email = '']: readonly string[]): boolean {
    const username = withoutAt(name)
    checkUsername(username)
    if (email !== '') checkEmail(email)
    return this.#users.add(username, email || null)
  }
}

class PostRecords implements Writer {
  created = 0
  readonly #posts
  readonly #createUsers: boolean

  constructor(bulk: Bulk, createUsers: boolean) {
    this.#posts = bulk.postWriter()
    this.#createUsers = createUsers
  }

  add([name = '', time = '', body = '']: readonly string[]): boolean {
    const timestamp = parseTimestamp(time)
    checkBody(body)
    return this.#posts.add(this.#author(withoutAt(name)), timestamp, body)
  }

  #author(username: string): number {
    const id = this.#posts.findUser(username)
    if (id !== undefined) return id
    if (!this.#createUsers) throw new UnknownUserError(username)
    checkUsername(username)
    this.created++
    return this.#posts.addUser(username)
  }
}
