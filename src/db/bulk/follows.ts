/** Follows by username, by the million: names to numbers in memory, pairs sorted outside the database, and then one transaction in key order. */
import { RefusedError } from '../../errors.ts'
import type { Handle } from '../addon.ts'
import { EdgeSorter, pairBase } from './edge-sorter.ts'
import { loadNames } from './load-names.ts'
import { NameTable, viewOf } from './name-table.ts'
import { RowInserter } from './row-inserter.ts'
import { transact, withoutForeignKeys, withoutIndexes } from './transaction.ts'

/** Why a follow is refused. */
export const outcome = { unknownFollower: 1, unknownFollowed: 2, self: 3 } as const
export type Outcome = (typeof outcome)[keyof typeof outcome]

export interface FollowTotals {
  readonly added: number
  readonly known: number
  /** Usernames of the users that were created. */
  readonly created: readonly string[]
}

interface WriteOptions {
  readonly dryRun: boolean
  /** Called now and then with the rows written so far; at the end with `indexing`. */
  readonly progress: (rows: number, isIndexing: boolean) => void
}

/** With fewer rows than this the indexes stay where they are; with more, if the table does not hold this many times as much. */
const fewRows = 10_000
const muchMore = 8

export class FollowImport {
  readonly #handle: Handle
  readonly #mayCreate: (username: string) => boolean
  readonly #names = new NameTable()
  readonly #edges = new EdgeSorter()
  readonly #created = new Map<number, string>()
  readonly #findId
  /** Changes when another connection writes (https://sqlite.org/pragma.html#pragma_data_version). */
  readonly #version: unknown
  #isLoaded = false

  /** `mayCreate` says whether an unknown user of this name is created. */
  constructor(handle: Handle, mayCreate: (username: string) => boolean) {
    this.#handle = handle
    this.#mayCreate = mayCreate
    this.#findId = handle.prepare<[string], number>('SELECT id FROM users WHERE lower(username) = lower(?)').pluck()
    this.#version = this.#dataVersion()
  }

  /** Have all usernames in memory: pays from some thousand follows on, and only before the first. */
  load(): void {
    if (!this.#isLoaded) loadNames(this.#handle, this.#names)
    this.#isLoaded = true
  }

  /**
   * Take down `count` follows; of each the starts and ends of both names in `bytes`, which may begin with `@`, are the next four of `spans`.
   * Nothing is written yet. `refuse` is told which follow cannot be taken, by then without `@` in the spans.
   */
  add(bytes: Uint8Array, spans: Int32Array, count: number, refuse: (index: number, outcome: Outcome) => void): void {
    for (let at = 0; at < 4 * count; at += 2) {
      const start = spans[at] as number
      if (bytes[start] === 0x40 && start < (spans[at + 1] as number)) spans[at] = start + 1
    }
    const text = viewOf(bytes)
    const numbers = this.#names.findAll(text, spans, 2 * count)
    for (let index = 0; index < count; index++) {
      const left = this.#known(numbers[2 * index] as number, text, spans, 4 * index)
      const right = left < 0 ? left : this.#known(numbers[2 * index + 1] as number, text, spans, 4 * index + 2)
      if (left < 0) refuse(index, outcome.unknownFollower)
      else if (right < 0) refuse(index, outcome.unknownFollowed)
      else if (left === right) refuse(index, outcome.self)
      else this.#edges.add(left, right)
    }
  }

  /** Write everything, in one transaction. @throws RefusedError, if one of the users has been removed meanwhile. */
  write({ dryRun, progress }: WriteOptions): FollowTotals {
    return withoutForeignKeys(this.#handle, () =>
      transact(this.#handle, { dryRun }, () => {
        if (this.#dataVersion() !== this.#version) this.#proveIds()
        this.#createUsers()
        const insert = () => this.#insert(progress)
        const added = this.#isLarge() ? withoutIndexes(this.#handle, 'followers', insert) : insert()
        return { added, known: this.#edges.size - added, created: [...this.#created.values()] }
      }),
    )
  }

  close(): void {
    this.#edges.close()
  }

  /** The number that was found, or else that of a name which was not in memory, or -1. */
  #known(number: number, text: DataView, spans: Int32Array, at: number): number {
    return number < 0 ? this.#lookUp(text, spans[at] as number, spans[at + 1] as number) : number
  }

  #lookUp(text: DataView, start: number, end: number): number {
    if (end === start || end - start > 64) return -1
    const added = this.#names.find(text, start, end)
    if (added >= 0) return added
    const name = Buffer.from(text.buffer, text.byteOffset + start, end - start).toString()
    const id = this.#isLoaded ? undefined : this.#findId.get(name)
    if (id === undefined && !this.#mayCreate(name)) return -1
    const number = this.#names.add(text, start, end, id ?? 0)
    if (id === undefined) this.#created.set(number, name)
    return number
  }

  /** Foreign keys are off, so the ids are looked up again if anybody else has written since they were. */
  #proveIds(): void {
    const exists = this.#handle.prepare<[number], number>('SELECT 1 FROM users WHERE id = ?').pluck()
    for (let number = 0; number < this.#names.size; number++) {
      if (this.#created.has(number) || exists.get(this.#names.id(number))) continue
      throw new RefusedError('users were removed while the follows were read: nothing was imported', 'run it again')
    }
  }

  #createUsers(): void {
    const insert = this.#handle
      .prepare<[string], number>('INSERT INTO users (username) VALUES (?) ON CONFLICT (lower(username)) DO NOTHING RETURNING id')
      .pluck()
    for (const [number, name] of this.#created) this.#names.setId(number, insert.get(name) ?? (this.#findId.get(name) as number))
  }

  #isLarge(): boolean {
    if (this.#edges.size < fewRows) return false
    const cap = this.#edges.size * muchMore
    const rows = this.#handle.prepare<[number], number>('SELECT count(*) FROM (SELECT 1 FROM followers LIMIT ?)').pluck().get(cap)
    return (rows as number) < cap
  }

  #insert(progress: WriteOptions['progress']): number {
    const inserter = new RowInserter(this.#handle, 'followers', ['follower_id', 'followed_id'])
    const names = this.#names
    let previous = -1
    let rows = 0
    this.#edges.visit((key) => {
      if ((++rows & 0xffff) === 0) progress(rows, false)
      if (key === previous) return
      previous = key
      const left = Math.floor(key / pairBase)
      inserter.add(names.id(left), names.id(key - left * pairBase))
    })
    const added = inserter.end()
    progress(rows, true)
    return added
  }

  readonly #dataVersion = (): unknown => this.#handle.pragma('data_version', { simple: true })
}
