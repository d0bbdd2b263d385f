import { Command, type OptionsOf } from '../cli/command.ts'
import { oneOf, parseCount } from '../cli/options.ts'
import { endingOf, isStdout, writeOutput } from '../cli/output-file.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import { RefusedError, UsageError } from '../errors.ts'
import { everyone, neighbourhood, picture } from '../models/picture.ts'
import { plural } from '../output/graph/graph-format.ts'
import { type GraphFormatName, graphFormatNames, graphFormats } from '../output/graph/graph-formats.ts'

/** A picture of more users is unreadable. The formats that other programs read have no limit. */
const maxUsers: Partial<Record<GraphFormatName, number>> = { text: 50, mermaid: 3_000, svg: 3_000 }

const endings: Readonly<Record<string, GraphFormatName>> = {
  txt: 'text',
  dot: 'dot',
  gv: 'dot',
  mmd: 'mermaid',
  mermaid: 'mermaid',
  svg: 'svg',
  json: 'json',
}

const declare = () =>
  new Command('graph')
    .summary('a picture of the graph')
    .description(
      'A picture of who follows whom: the whole network, or <user> and everyone up to --depth follows away in either ' +
        'direction. A mutual follow is one line with two heads; names grow with the number of followers. An svg of more ' +
        'than 150 users has dots, and the names of the 50 most followed.',
    )
    .argument('[user]', 'the middle of the picture')
    .option('--depth <n>', 'how many follows away from <user> (default: 1)', parseCount)
    .option('-o, --output <file>', 'write to this file, which is there whole or not at all; .gz is gzipped')
    .option('--format <f>', `${graphFormatNames.join(', ')} (default: by the name of the file, else text on a terminal and dot in a pipe)`)
    .takes('format', graphFormatNames)
    .example('microblog graph -o network.svg', 'everybody')
    .example('microblog graph alice --depth 2 --format mermaid', 'around alice, for a page in Markdown')
    .example('microblog graph alice -o alice.dot', "for Graphviz's own programs")

type Options = OptionsOf<typeof declare>

export const graph = (context: Context) => declare().action((username, options) => draw(context, username, options))

async function draw(context: Context, username: string | undefined, options: Options): Promise<void> {
  const format = chooseFormat(context, options)
  if (username === undefined && options.depth !== undefined)
    throw new UsageError('--depth needs a user', 'for example:  microblog graph alice --depth 2')
  const max = maxUsers[format] ?? Number.POSITIVE_INFINITY
  const depth = options.depth ?? 1
  const { user, shown } = await usingSession(context, 'read', async ({ db }) => {
    const user = username === undefined ? undefined : await requireUser(db, username)
    const ids = user ? await neighbourhood(db, user.id, depth, max) : await everyone(db, max)
    if (!ids) throw tooMany(format, max, user !== undefined)
    return { user, shown: await picture(db, ids, user?.id) }
  })
  const title = user ? `${user.username} and everyone up to ${plural(depth, 'follow')} away` : 'Who follows whom'
  const stdout = isStdout(options.output) ? context.io.stdout : { isTerminal: false, columns: 80 }
  const style = await context.style(stdout)
  const blocks = graphFormats[format](shown, { title, columns: stdout.columns, style })
  await writeOutput(context, options.output, blocks, (block) => (format === 'text' ? context.writeStyled(block) : context.write(block)))
}

function chooseFormat({ io }: Context, { output, format }: Options): GraphFormatName {
  if (format !== undefined) return oneOf('format', format, graphFormatNames)
  if (isStdout(output)) return io.stdout.isTerminal ? 'text' : 'dot'
  const known = Object.entries(endings).find(([ending]) => ending === endingOf(output))
  if (known) return known[1]
  const list = Object.keys(endings).map((ending) => `.${ending}`)
  throw new UsageError(`the name ${output} does not tell the format`, `end it in ${list.join(', ')}, or choose with --format`)
}

function tooMany(format: GraphFormatName, max: number, isAroundUser: boolean): RefusedError {
  const smaller = isAroundUser ? 'a smaller --depth' : 'a <user> and --depth'
  if (format === 'text')
    return new RefusedError(`more than ${max} users are too many for text: try ${smaller}, or --format svg -o graph.svg`)
  return new RefusedError(`this would draw more than ${max} users, too many to read`, `try ${smaller}, or --format dot for another program`)
}
