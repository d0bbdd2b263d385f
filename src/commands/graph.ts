import { Command, type OptionsOf } from '../cli/command.ts'
import { oneOf, parseCount } from '../cli/options.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import { RefusedError, UsageError } from '../errors.ts'
import { everyone, neighbourhood, picture } from '../models/picture.ts'
import { graphFormatNames, graphFormats } from '../output/graph/graph-formats.ts'

/** A picture of more users is unreadable. The limit does not apply to dot, which other programs read too. */
const maxDrawnUsers = 3_000

const declare = () =>
  new Command('graph')
    .summary('a picture of the graph')
    .description(
      'A picture of who follows whom: the whole network, or <user> and everyone up to --depth follows away in either ' +
        'direction. A mutual follow is one line with two heads; names grow with the number of followers.',
    )
    .argument('[user]', 'the middle of the picture')
    .option('--depth <n>', 'how many follows away from <user> (default: 1)', parseCount)
    .option('--format <f>', `${graphFormatNames.join(', ')} (default: dot)`)
    .takes('format', graphFormatNames)
    .example('microblog graph --format svg > network.svg', 'everybody')
    .example('microblog graph alice --depth 2 --format mermaid', 'around alice, for a page in Markdown')
    .example('microblog graph alice | dot -Tpdf > alice.pdf', "with Graphviz's own programs")

type Options = OptionsOf<typeof declare>

export const graph = (context: Context) => declare().action((username, options) => draw(context, username, options))

async function draw(context: Context, username: string | undefined, options: Options): Promise<void> {
  const format = oneOf('format', options.format ?? 'dot', graphFormatNames)
  if (username === undefined && options.depth !== undefined)
    throw new UsageError('--depth needs a user', 'for example:  microblog graph alice --depth 2')
  const maxUsers = format === 'dot' ? Number.POSITIVE_INFINITY : maxDrawnUsers
  const drawing = await usingSession(context, 'read', async ({ db }) => {
    const user = username === undefined ? undefined : await requireUser(db, username)
    const ids = user ? await neighbourhood(db, user.id, options.depth ?? 1, maxUsers) : await everyone(db, maxUsers)
    if (!ids) throw tooMany(user !== undefined)
    return picture(db, ids)
  })
  context.write(await graphFormats[format](drawing))
}

function tooMany(isAroundUser: boolean): RefusedError {
  const smaller = isAroundUser ? 'a smaller --depth' : 'a user and --depth'
  const advice = `try ${smaller}, or --format dot for another program`
  return new RefusedError(`this would draw more than ${maxDrawnUsers} users, too many to read`, advice)
}
