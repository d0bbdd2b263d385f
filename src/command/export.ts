/** `export`: all records of one type as a stream of text, to stdout or to a file. */
import { existsSync, realpathSync } from 'node:fs'
import type { Context } from '../context.ts'
import type { Store } from '../db/store.ts'
import { RefusedError } from '../errors.ts'
import { exportPosts, exportUsers } from '../models/exports.ts'
import { writeWholeFile } from '../output/file.ts'
import { type FollowFormat, followFrames, frameFollows } from '../output/follow-text.ts'
import { formats } from '../output/formats.ts'
import { gzip } from '../output/gzip.ts'
import type { Output } from '../output/io.ts'

export interface ExportOptions {
  readonly what: 'follows' | 'users' | 'posts'
  readonly format: FollowFormat
  readonly header: boolean
  readonly output: string | undefined
}

export async function runExport(context: Context, options: ExportOptions): Promise<void> {
  const store = await context.database()
  const blocks = options.what === 'follows' ? followBlocks(store, options) : recordBlocks(context, store, options)
  if (options.output === undefined) return writeBlocks(context.io.stdout, blocks)
  if (isDatabase(options.output, context.fileOf(undefined))) {
    throw new RefusedError(
      `${options.output} is the database itself`,
      'name another file; a copy of the database:  microblog db backup <file>',
    )
  }
  const isZipped = /\.gz$/i.test(options.output)
  await writeWholeFile(options.output, (output) => writeInterruptibly(output, isZipped ? gzip(blocks) : blocks), context.io)
}

/** Between blocks the event loop turns, so that a signal can have the file cleared away. */
async function writeInterruptibly(output: Output, blocks: AsyncIterable<string | Uint8Array>): Promise<void> {
  for await (const block of blocks) {
    output.write(block)
    await new Promise(setImmediate)
  }
}

/** Whether it would take the place of the database or of a file that belongs to it. */
function isDatabase(path: string, database: string): boolean {
  if (!existsSync(path)) return false
  const file = realpathSync(database)
  return ['', '-wal', '-shm'].some((ending) => realpathSync(path) === file + ending)
}

async function writeBlocks(output: Output, blocks: AsyncIterable<string | Uint8Array>): Promise<void> {
  for await (const block of blocks) output.write(block)
}

async function* followBlocks(store: Store, { format, header }: ExportOptions): AsyncGenerator<string | Uint8Array> {
  const frame = followFrames[format]
  const isTable = format === 'tsv' || format === 'csv'
  yield* frameFollows(isTable && !header ? { ...frame, header: '' } : frame, await store.exportFollows(frame))
}

async function* recordBlocks(context: Context, store: Store, { what, format, header }: ExportOptions): AsyncGenerator<string> {
  const { stdout } = context.io
  const style = await context.style(stdout)
  const list =
    what === 'users'
      ? { fields: ['username', 'email'], rows: store.rows(exportUsers(store.db)) }
      : { fields: ['username', 'timestamp', 'body'], rows: store.rows(exportPosts(store.db)) }
  yield* formats[format](list, { header, end: '\n', columns: stdout.columns, style })
}
