/** `export` writes all records of one type, or those of one user, to stdout or a file. */
import { Command, type OptionsOf } from '../cli/command.ts'
import { requestedFormat } from '../cli/list-options.ts'
import { choiceArgument, oneOf } from '../cli/options.ts'
import { endingOf, writeOutput } from '../cli/output-file.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import type { Session } from '../db/engine.ts'
import { UsageError } from '../errors.ts'
import { exportFollows, exportFollowUsers, exportPosts, exportUsers, type FollowText, followLines, followNames } from '../models/exports.ts'
import { type RecordType, recordTypeNames, recordTypes } from '../models/records.ts'
import { formats } from '../output/formats.ts'
import { graphml } from '../output/graphml.ts'

const recordFormats = ['tsv', 'plain', 'csv', 'ndjson', 'json'] as const
type RecordFormat = (typeof recordFormats)[number]
const exportFormats = [...recordFormats, 'graphml'] as const
type ExportFormat = (typeof exportFormats)[number]

const declare = () =>
  new Command('export')
    .summary('write out all follows, users or posts')
    .description(
      'Write out all follows, users or posts, by username, so that import gives the same database. Passwords and ids stay here. ' +
        'graphml is for Gephi, NetworkX and igraph: all users, and who follows whom.',
    )
    .addArgument(choiceArgument('<what>', 'follows, users or posts', 'type', recordTypeNames))
    .option('-o, --output <file>', 'write to this file, which is there whole or not at all; .gz is gzipped')
    .option('--format <f>', `${exportFormats.join(', ')} (default: by the name of the file, else tsv)`)
    .option('--json', 'the same as --format json')
    .option('--user <user>', 'only what belongs to this user; follows from and to them')
    .option('--no-header', 'no header row')
    .takes('format', exportFormats)
    .example('microblog export follows -o follows.csv', 'a file for other programs')
    .example('microblog export posts --user alice --format json', "alice's posts, as JSON")

type Options = OptionsOf<typeof declare>

export const exportRecords = (context: Context) => declare().action((what, options) => exportAll(context, what, options))

async function exportAll(context: Context, what: RecordType, { output, header, user, ...options }: Options): Promise<void> {
  const format = oneOf('format', requestedFormat(options) ?? formatFromName(output), exportFormats)
  if (format === 'graphml' && what !== 'follows')
    throw new UsageError(`graphml holds follows, not ${what}`, 'microblog export follows --format graphml')
  await usingSession(context, 'read', async (session) => {
    const userId = user === undefined ? undefined : (await requireUser(session.db, user)).id
    await writeOutput(context, output, blocksOf({ context, session, what, userId, header }, format))
  })
}

/** The arguments of one export. */
interface Job {
  readonly context: Context
  readonly session: Session
  readonly what: RecordType
  /** Only what belongs to this user. */
  readonly userId: number | undefined
  readonly header: boolean
}

function blocksOf(job: Job, format: ExportFormat) {
  const { session, what, userId } = job
  if (format === 'graphml') return graphml(session.rows(exportFollowUsers(session.db, userId)), followRows(job))
  return what === 'follows' ? followBlocks(job, format) : recordBlocks(job, what, format)
}

/** The format from the ending of the file's name. The default is tsv. */
function formatFromName(path: string | undefined): string {
  const ending = endingOf(path)?.replace('jsonl', 'ndjson')
  return ['csv', 'ndjson', 'json', 'graphml'].find((name) => name === ending) ?? 'tsv'
}

async function* recordBlocks({ context, session, userId, header }: Job, what: 'users' | 'posts', format: RecordFormat) {
  const { stdout } = context.io
  const style = await context.style(stdout)
  const list =
    what === 'users'
      ? { fields: recordTypes.users.fields, rows: session.rows(exportUsers(session.db, userId)) }
      : { fields: recordTypes.posts.fields, rows: session.rows(exportPosts(session.db, userId)) }
  yield* formats[format](list, { header, end: '\n', columns: stdout.columns, style })
}

async function* followRows({ session, userId }: Job) {
  for await (const { follows } of exportFollows(session.db, userId)) yield* session.rows(followNames(follows))
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
const followFrames: Readonly<Record<RecordFormat, FollowFrame>> = {
  plain: lines,
  tsv: { ...lines, header: `${recordTypes.follows.fields.join('\t')}\n` },
  csv: { ...lines, header: `${recordTypes.follows.fields.join(',')}\r\n`, between: ',', separator: '\r\n', end: '\r\n' },
  ndjson: { ...object, separator: '\n', end: '\n', empty: '' },
  json: { ...object, header: '[\n  ', separator: ',\n  ', end: '\n]\n', empty: '[]\n' },
}

/** The follows as blocks of text. The header is written even if there are no follows. */
async function* followBlocks({ session, userId, ...job }: Job, format: RecordFormat): AsyncGenerator<string | Uint8Array> {
  const frame = followFrames[format]
  const header = job.header || format === 'json' ? frame.header : ''
  let before = header
  for await (const { follows, rows } of exportFollows(session.db, userId)) {
    let isFirst = true
    for await (const block of session.text(followLines(follows, frame), frame.separator, async () => rows)) {
      if (isFirst) yield before
      yield block
      isFirst = false
      before = frame.separator
    }
  }
  if (before === frame.separator) yield frame.end
  else yield frame.empty || header
}
