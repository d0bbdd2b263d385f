/** `export` writes all records of one type to stdout or a file. */
import { existsSync, realpathSync } from 'node:fs'
import { Command, type OptionsOf } from '../cli/command.ts'
import { requestedFormat } from '../cli/list-options.ts'
import { choiceArgument, oneOf } from '../cli/options.ts'
import { usingSession } from '../cli/using-session.ts'
import { writeBlocks } from '../cli/write-list.ts'
import type { Context } from '../context.ts'
import type { Engine, Session } from '../db/engine.ts'
import { RefusedError, UsageError } from '../errors.ts'
import { exportFollows, exportPosts, exportUsers, type FollowText } from '../models/exports.ts'
import { type RecordType, recordTypeNames, recordTypes } from '../models/records.ts'
import { formats } from '../output/formats.ts'
import type { Output } from '../output/io.ts'
import { writeWholeFile } from '../output/whole-file.ts'

const exportFormats = ['tsv', 'plain', 'csv', 'ndjson', 'json'] as const
type ExportFormat = (typeof exportFormats)[number]

const declare = () =>
  new Command('export')
    .summary('write out all follows, users or posts')
    .description('Write out all follows, users or posts, by username, so that import gives the same database. Passwords and ids stay here.')
    .addArgument(choiceArgument('<what>', 'follows, users or posts', 'type', recordTypeNames))
    .option('-o, --output <file>', 'write to this file, which is there whole or not at all; .gz is gzipped')
    .option('--format <f>', `${exportFormats.join(', ')} (default: by the name of the file, else tsv)`)
    .option('--json', 'the same as --format json')
    .option('--no-header', 'no header row')
    .takes('format', exportFormats)
    .example('microblog export follows -o follows.csv', 'a file for other programs')
    .example('microblog export follows | microblog import - --db other.db', 'from one database to another')

type Options = OptionsOf<typeof declare>

export const exportRecords = (context: Context) => declare().action((what, options) => exportAll(context, what, options))

async function exportAll(context: Context, what: RecordType, { output, header, ...options }: Options): Promise<void> {
  const format = oneOf('format', requestedFormat(options) ?? formatFromName(output), exportFormats)
  await usingSession(context, 'read', async (session) => {
    const blocks = what === 'follows' ? followBlocks(session, format, header) : recordBlocks(context, session, what, format, header)
    if (output === undefined || output === '-') return writeBlocks(context, blocks, '')
    await writeFile(context, output, blocks)
  })
}

async function writeFile(context: Context, path: string, blocks: AsyncIterable<string | Uint8Array>): Promise<void> {
  if (path === '') throw new UsageError('--output is empty', 'name a file, such as follows.tsv')
  if (isDatabaseFile(await context.engine(), path)) {
    throw new RefusedError(`${path} is the database itself`, 'name another file; to copy the database:  microblog db backup <file>')
  }
  const { gzip } = await import('../output/gzip.ts')
  const isZipped = /\.gz$/i.test(path)
  await writeWholeFile(path, (file) => writeInterruptibly(file, isZipped ? gzip(blocks) : blocks), context.io)
}

/** The format from the file name's extension. The default is tsv. */
function formatFromName(path = ''): string {
  const [, extension = 'tsv'] = /\.(csv|ndjson|jsonl|json)(?:\.gz)?$/i.exec(path) ?? []
  return extension.toLowerCase().replace('jsonl', 'ndjson')
}

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

async function* recordBlocks(context: Context, session: Session, what: 'users' | 'posts', format: ExportFormat, header: boolean) {
  const { stdout } = context.io
  const style = await context.style(stdout)
  const list =
    what === 'users'
      ? { fields: recordTypes.users.fields, rows: session.rows(exportUsers(session.db)) }
      : { fields: recordTypes.posts.fields, rows: session.rows(exportPosts(session.db)) }
  yield* formats[format](list, { header, end: '\n', columns: stdout.columns, style })
}

/** The text before, between and after the follows of an export. */
interface FollowFrame extends FollowText {
  readonly separator: string
  readonly header: string
  readonly end: string
  /** The whole output if there are no follows. */
  readonly empty: string
}

const lines = { before: '', between: '\t', after: '', separator: '\n', end: '\n', header: '', empty: '' }
const object = { header: '', before: '{"follower":"', between: '","followed":"', after: '"}' }

/** No format needs to escape the characters of a username. */
const followFrames: Readonly<Record<ExportFormat, FollowFrame>> = {
  plain: lines,
  tsv: { ...lines, header: `${recordTypes.follows.fields.join('\t')}\n` },
  csv: { ...lines, header: `${recordTypes.follows.fields.join(',')}\r\n`, between: ',', separator: '\r\n', end: '\r\n' },
  ndjson: { ...object, separator: '\n', end: '\n', empty: '' },
  json: { ...object, header: '[\n  ', separator: ',\n  ', end: '\n]\n', empty: '[]\n' },
}

/** The follows as blocks of text. The header is written even if there are no follows. */
async function* followBlocks(session: Session, format: ExportFormat, hasHeader: boolean): AsyncGenerator<string | Uint8Array> {
  const frame = followFrames[format]
  const header = hasHeader || format === 'json' ? frame.header : ''
  let before = header
  for await (const { lines, rows } of exportFollows(session.db, frame)) {
    for await (const block of session.text(lines, frame.separator, rows)) {
      yield before
      yield block
      before = frame.separator
    }
  }
  if (before === frame.separator) yield frame.end
  else yield frame.empty || header
}
