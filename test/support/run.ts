/** Runs the program in this process: takes argv, returns stdout, stderr and the exit code. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { main } from '../../src/main.ts'
import type { Input, Output } from '../../src/output/io.ts'

/** Times that are typed without a zone are local ones. */
process.env.TZ = 'UTC'

export interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Whether stdout is a terminal. stdin never is, because a prompt would wait for an answer. */
  readonly terminal?: boolean
  /** Whether stderr is a terminal. */
  readonly errorTerminal?: boolean
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
  /** A folder of migrations to use instead of the shipped one. */
  readonly migrations?: string
}

class MemoryOutput implements Output {
  readonly isTerminal: boolean
  readonly columns: number
  text = ''

  constructor(isTerminal: boolean, columns: number) {
    this.isTerminal = isTerminal
    this.columns = columns
  }

  write(text: string | Uint8Array): void {
    this.text += typeof text === 'string' ? text : Buffer.from(text).toString()
  }
}

const input = (stdin: NonNullable<RunOptions['stdin']>): Input => ({
  isTerminal: false,
  async *chunks() {
    if (typeof stdin === 'string') yield Buffer.from(stdin)
    else if (stdin instanceof Uint8Array) yield stdin
    else yield* stdin
  },
})

/** A new folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'microblog-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The server for which the tests that can are run, instead of for SQLite; see test/postgres/with-cluster.mjs. */
export const server = process.env.MICROBLOG_TEST_SERVER

let databases = 0

/** The URL of a database that does not exist yet. */
export const newDatabase = (server: string): string => `${server}/test_${process.pid}_${databases++}`

export type Run = (line: string | readonly string[], options?: RunOptions) => Promise<Result>

/** A new folder without a database. `run` takes a line, which it splits at spaces, or an array of arguments. */
export function emptyWorld(): { readonly folder: string; readonly db: string; readonly run: Run } {
  const folder = temporaryFolder()
  const db = server ? newDatabase(server) : join(folder, 'microblog.db')
  const run: Run = async (line, options = {}) => {
    const argv = typeof line === 'string' ? line.split(' ') : line
    const stdout = new MemoryOutput(options.terminal ?? false, options.columns ?? 80)
    const stderr = new MemoryOutput(options.errorTerminal ?? false, options.columns ?? 80)
    const io = { stdin: input(options.stdin ?? ''), stdout, stderr, env: { MICROBLOG_DB: db, ...options.env } }
    const code = await main(argv, io, options.migrations)
    return { code, stdout: stdout.text, stderr: stderr.text }
  }
  return { folder, db, run }
}

/** A new database at the newest migration, with these users. */
export async function world(...users: readonly string[]) {
  const empty = emptyWorld()
  await empty.run('db upgrade')
  if (users.length > 0) await empty.run(['user', 'add', ...users])
  return empty
}
