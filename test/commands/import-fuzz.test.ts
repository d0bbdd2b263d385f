import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { importFiles } from '../../src/commands/import.ts'
import { Context } from '../../src/context.ts'
import type { Engine } from '../../src/db/engine.ts'
import { openDatabase } from '../../src/db/sqlite/open.ts'
import { SqliteSession } from '../../src/db/sqlite/session.ts'
import { MicroblogError } from '../../src/errors.ts'
import type { InputFormat } from '../../src/input/read-records.ts'
import type { Output } from '../../src/output/io.ts'
import { root } from '../support/process.ts'
import { rounds } from '../support/rounds.ts'
import { world } from '../support/run.ts'

const inputs = rounds(2000, 20_000)

const names = ['alice', 'bob', 'carol', 'dave']
const rows = names.flatMap((a) => names.filter((b) => a !== b).map((b) => [a, b] as const))
const posts = names.map((name, index) => ({
  username: name,
  timestamp: `2026-01-0${index + 1}T00:00:00Z`,
  body: `tab\t "quote", é 😀 \\ ${index}`,
}))
const follow = ([follower, followed]: readonly [string, string]) => JSON.stringify({ follower, followed })

const samples: readonly (readonly [InputFormat, string])[] = [
  ['tsv', `follower\tfollowed\n${rows.map((row) => `${row.join('\t')}\n`).join('')}`],
  ['plain', rows.map((row) => `${row.join('\t')}\r\n`).join('')],
  ['csv', `followed,follower\r\n${rows.map(([a, b]) => `"${b}",${a}\r\n`).join('')}`],
  ['ndjson', rows.map((row) => `${follow(row)}\n`).join('')],
  ['json', `[\n${rows.map(follow).join(',\n')}\n]`],
  ['json', JSON.stringify(posts)],
  ['tsv', `username\ttimestamp\tbody\n${posts.map((post) => `${post.username}\t${post.timestamp}\ta\\tb \\\\ \\u{1f600}\n`).join('')}`],
  ['csv', `username,email\n${names.map((name) => `x${name},${name}@example.com\n`).join('')}`],
]

/** Bytes with a meaning in at least one format or in UTF-8. */
const significantBytes = [0, 9, 10, 13, 32, 34, 35, 44, 45, 46, 58, 64, 91, 92, 93, 117, 123, 125, 0x80, 0xc3, 0xed, 0xef, 0xff]
const byte = fc.oneof(fc.constantFrom(...significantBytes), fc.nat(255))
const mutation = fc.record({ at: fc.nat(2000), remove: fc.nat(12), insert: fc.array(byte, { maxLength: 6 }) })
const chunkBoundaries = fc.array(fc.nat(1000), { maxLength: 3 })

/** An output that collects its text. */
const memoryOutput = (): Output & { text: string } => ({
  isTerminal: false,
  columns: 80,
  text: '',
  write(text) {
    this.text += text
  },
})

it(`import handles ${inputs.toLocaleString('en')} mutated inputs by adding all valid rows or none, and never with an internal error`, async () => {
  const { db } = await world(...names)
  const handle = openDatabase(db, 'write')
  handle.pragma('synchronous = OFF')
  const session = new SqliteSession(handle)
  session.close = async () => {}
  /** Reuses one open database, which saves opening it for every input. */
  class OpenContext extends Context {
    override async engine(): Promise<Engine> {
      return Object.assign(await super.engine(db), { open: async () => session })
    }
  }
  const count = handle
    .prepare<[], number>('SELECT (SELECT count(*) FROM followers) + (SELECT count(*) FROM posts) + (SELECT count(*) FROM users)')
    .pluck()
  const clear = () =>
    handle.exec("DELETE FROM followers; DELETE FROM posts; DELETE FROM users WHERE username NOT IN ('alice', 'bob', 'carol', 'dave')")
  const before = count.get() as number

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.array(mutation, { maxLength: 3 }),
      chunkBoundaries,
      fc.boolean(),
      async ([format, text], mutations, at, keepGoing) => {
        const bytes = mutations.reduce(mutate, Buffer.from(text))
        const stderr = memoryOutput()
        const io = { stdin: { isTerminal: false, chunks: () => inChunks(bytes, at) }, stdout: memoryOutput(), stderr, env: {} }
        const context = new OpenContext(io, join(root, 'migrations'))
        const failure = await importFiles(context, ['-'], { format, header: true, ...(keepGoing && { keepGoing }) }).catch(
          (error: unknown) => error,
        )
        const [, added = 0, known = 0, failed = 0] = /(\d+) added, (\d+) already there, (\d+) failed/.exec(stderr.text)?.map(Number) ?? []
        expect((count.get() as number) - before).toBe(failure ? 0 : added)
        if (failure) expect(failure).toBeInstanceOf(MicroblogError)
        if (failure) expect((failure as MicroblogError).message).toMatch(/^(line \d+: |\d+ records were refused: )/)
        if (!failure && !keepGoing) expect(failed).toBe(0)
        if (mutations.length === 0) expect(failed + known).toBe(0)
        expect(handle.inTransaction).toBe(false)
        clear()
        // better-sqlite3 13 gives statements back only between two turns of the event loop, and each that is left slows the next import.
        await nextTurn()
      },
    ),
    { numRuns: inputs },
  )
  handle.close()
}, 300_000)

function mutate(bytes: Buffer<ArrayBuffer>, { at, remove, insert }: { at: number; remove: number; insert: number[] }): Buffer<ArrayBuffer> {
  const start = at % (bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(insert), bytes.subarray(start + remove)])
}

/** The bytes, split at the given positions. */
async function* inChunks(bytes: Buffer, chunkBoundaries: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...chunkBoundaries.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (const [index, start] of places.slice(0, -1).entries()) yield bytes.subarray(start, places[index + 1])
}
