import { change } from '../cli/change.ts'
import { Command, type OptionsOf } from '../cli/command.ts'
import { withChangeOptions } from '../cli/options.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors.ts'
import { readText } from '../input/lines.ts'
import { parseTime } from '../input/time.ts'
import { addPost, bodyLength, checkNewBody, longestBody } from '../models/posts.ts'

const declare = () =>
  withChangeOptions(
    new Command('post')
      .argument('<user>', 'the author')
      .argument('[body...]', 'what to say: words are joined by blanks; - reads it from standard input')
      .option('--at <time>', 'when it was said (default: now)'),
  )
    .summary('publish; prints the new id')
    .description(
      `Publish a post of 1 to ${longestBody} characters, and print its id. Without a body it is read from standard ` +
        'input, or asked for at a terminal.',
    )
    .example('microblog post alice hello, world', 'publish')
    .example('id=$(date | microblog post alice) && echo "$id"', 'from a pipe, and keep the id')
    .example("microblog post alice 'good old days' --at 2009-02-13T23:31:30Z", 'bring history in')

/** In milliseconds. A clock may be wrong, or in another time zone, by less. */
const oneDay = 86_400_000

type Options = OptionsOf<typeof declare>

export const post = (context: Context) =>
  declare().action((username, words, options) => publish(context, username, words.length === 0 ? undefined : words.join(' '), options))

async function publish(context: Context, username: string, operand: string | undefined, options: Options): Promise<void> {
  const at = options.at === undefined ? undefined : parseTime(options.at).from
  if (at !== undefined && Date.parse(at) > Date.now() + oneDay)
    context.note(`note: ${at} is in the future: until then it is the newest post`)
  if (operand !== undefined && operand !== '-') checkNewBody(operand)
  await usingSession(context, 'write', async (session) => {
    const author = await requireUser(session.db, username)
    const body = await readBody(context, operand, author.username)
    checkNewBody(body)
    await change(context, session, options, async (db) => {
      const { id: user_id } = await requireUser(db, username)
      const id = await addPost(db, { body, timestamp: at ?? new Date().toISOString(), user_id })
      return [context.io.stdout.isTerminal ? `Posted #${id} as ${author.username}` : String(id)]
    })
  })
}

async function readBody(context: Context, operand: string | undefined, author: string): Promise<string> {
  if (operand !== undefined && operand !== '-') return operand
  const { stdin } = context.io
  if (operand === '-' || !stdin.isTerminal) return readText(stdin.chunks())
  if (!context.terminal) throw new UsageError('no body given', `for example:  microblog post ${author} 'hello, world'`)
  const { askText } = await import('../output/prompt.ts')
  return askText(context.terminal, `Post as ${author}:`, checkNewBody, (text) => `${bodyLength(text)}/${longestBody}`)
}
