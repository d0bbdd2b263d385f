import { Command, choice, oneOf } from '../command/command.ts'
import type { ExportOptions } from '../command/export.ts'
import type { Context } from '../context.ts'
import { ContradictionError } from '../errors.ts'

interface Options {
  readonly output?: string
  readonly format?: string
  readonly json?: boolean
  readonly header?: boolean
}

const exportTypes = ['follows', 'users', 'posts'] as const
const exportFormats = ['tsv', 'plain', 'csv', 'ndjson', 'json'] as const

export const exportRecords = (context: Context) =>
  new Command('export')
    .summary('write out all follows, users or posts')
    .description('Write out all follows, users or posts, by username, so that import gives the same database. Passwords and ids stay here.')
    .addArgument(choice('<what>', 'follows, users or posts', 'type', exportTypes))
    .option('-o, --output <file>', 'write to this file, which is there whole or not at all; .gz is gzipped')
    .option('--format <f>', `${exportFormats.join(', ')} (default: by the name of the file, else tsv)`)
    .option('--json', 'the same as --format json')
    .option('--no-header', 'no header row')
    .takes('format', exportFormats)
    .example('microblog export follows -o follows.csv', 'a file for other programs')
    .example('microblog export follows | microblog import - --db other.db', 'from one database to another')
    .action((what: ExportOptions['what'], options: Options) => exportAll(context, what, options))

async function exportAll(context: Context, what: ExportOptions['what'], { output, header, ...options }: Options): Promise<void> {
  if (options.json && options.format !== undefined && options.format !== 'json') {
    throw new ContradictionError('--json', `--format ${options.format}`)
  }
  const asked = options.json ? 'json' : (options.format ?? extensionOf(output))
  const { runExport } = await import('../command/export.ts')
  await runExport(context, {
    what,
    format: oneOf('format', asked, exportFormats),
    header: header !== false,
    output: output === '-' ? undefined : output,
  })
}

/** The format that a file's name tells; tsv, if it tells none. */
function extensionOf(path = ''): string {
  const [, extension = 'tsv'] = /\.(csv|ndjson|jsonl|json)(?:\.gz)?$/i.exec(path) ?? []
  return extension.toLowerCase().replace('jsonl', 'ndjson')
}
