/** The option -o of the commands that write a file. */
import { existsSync, realpathSync } from 'node:fs'
import type { Context } from '../context.ts'
import type { Engine } from '../db/engine.ts'
import { RefusedError, UsageError } from '../errors.ts'
import type { Output } from '../output/io.ts'
import { writeWholeFile } from '../output/whole-file.ts'
import { writeBlocks } from './write-list.ts'

/** Whether the option -o leaves the output on stdout. */
export const isStdout = (path: string | undefined): path is '-' | undefined => path === undefined || path === '-'

/** Write to `path`, whole or not at all and gzipped if its name ends in .gz; or to stdout, without a path or with `-`, by `write`. */
export async function writeOutput<Block extends string | Uint8Array>(
  context: Context,
  path: string | undefined,
  blocks: AsyncIterable<Block>,
  write?: (block: Block) => void,
): Promise<void> {
  if (isStdout(path)) return writeBlocks(context, blocks, '', write)
  if (path === '') throw new UsageError('--output is empty', 'name a file, such as follows.tsv')
  if (isDatabaseFile(await context.engine(), path)) {
    throw new RefusedError(`${path} is the database itself`, 'name another file; to copy the database:  microblog db backup <file>')
  }
  const { gzip } = await import('../output/gzip.ts')
  const isZipped = /\.gz$/i.test(path)
  await writeWholeFile(path, (file) => writeInterruptibly(file, isZipped ? gzip(blocks) : blocks), context.io)
}

/** The ending of a file's name, without .gz and in lower case: `svg`. */
export const endingOf = (path = ''): string | undefined => /\.(\w+)(?:\.gz)?$/.exec(path.toLowerCase())?.[1]

/** Whether `path` is one of the database's files. */
function isDatabaseFile({ files }: Engine, path: string): boolean {
  if (!existsSync(path)) return false
  const existing = files.filter((file) => existsSync(file)).map((file) => realpathSync(file))
  return existing.includes(realpathSync(path))
}

/** Let the event loop run between blocks, so that a signal handler can remove the temporary file. */
async function writeInterruptibly(output: Output, blocks: AsyncIterable<string | Uint8Array>): Promise<void> {
  for await (const block of blocks) {
    output.write(block)
    await new Promise(setImmediate)
  }
}
