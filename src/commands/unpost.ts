import type { Kysely } from 'kysely'
import { changeDatabase } from '../cli/change.ts'
import { Command } from '../cli/command.ts'
import { type BulkOptions, withBulkOptions } from '../cli/options.ts'
import type { Context } from '../context.ts'
import { linePrefix, NotFoundError } from '../errors.ts'
import { readOperands } from '../input/operands.ts'
import { parseId } from '../input/post-ids.ts'
import { removePosts } from '../models/posts.ts'
import type { Database } from '../models/schema.ts'

export const unpost = (context: Context) =>
  withBulkOptions(new Command('unpost').argument('<id...>', 'ids of posts; - reads them from standard input, one a line'))
    .summary('delete posts')
    .description('Delete posts: all of them, or none if there is no such post. An id is never given to another post.')
    .example('microblog unpost 12', 'delete post 12')
    .example('microblog posts alice --until 2020-12-31 --fields id | microblog unpost -', "delete alice's old posts")
    .action((operands, options) => removeAll(context, operands, options))

async function removeAll(context: Context, operands: readonly string[], options: BulkOptions): Promise<void> {
  const linePrefixes = new Map<number, string>()
  for await (const { text, line } of readOperands(operands, context.io.stdin, options.null ? '\0' : '\n')) {
    const id = parseId(text)
    if (!linePrefixes.has(id)) linePrefixes.set(id, linePrefix(line))
  }
  await changeDatabase(context, options, async (db) => {
    const removed = await removeFound(context, db, linePrefixes, options.keepGoing)
    return removed.map((id) => (context.io.stdout.isTerminal ? `Deleted #${id}` : String(id)))
  })
}

/**
 * Delete the posts and return their ids. With `--keep-going`, unknown ids are reported and skipped.
 * @throws NotFoundError that lists all unknown ids
 */
async function removeFound(
  context: Context,
  db: Kysely<Database>,
  linePrefixes: Map<number, string>,
  keepGoing?: boolean,
): Promise<number[]> {
  const removed = await removePosts(db, [...linePrefixes.keys()])
  const faults = [...linePrefixes].filter(([id]) => !removed.has(id)).map(([id, prefix]) => new NotFoundError(`${prefix}no post ${id}`))
  await context.throwOrReport(faults, keepGoing, (count) => `${count} posts do not exist: nothing was deleted`)
  return [...linePrefixes.keys()].filter((id) => removed.has(id))
}
