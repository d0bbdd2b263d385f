import type { Kysely } from 'kysely'
import { change } from '../../cli/change.ts'
import { Command, type OptionsOf } from '../../cli/command.ts'
import { withBulkOptions, yes } from '../../cli/options.ts'
import { requireUsers } from '../../cli/require-users.ts'
import { usingSession } from '../../cli/using-session.ts'
import type { Context } from '../../context.ts'
import { readNames } from '../../input/usernames.ts'
import type { Database } from '../../models/schema.ts'
import { countDependents, type DependentCounts, type Identity, idsOf, removeUsers } from '../../models/users.ts'

const declare = () =>
  withBulkOptions(
    new Command('remove').argument('<username...>', 'usernames; - reads them from standard input, one a line').addOption(yes()),
  )
    .alias('rm')
    .summary('remove users, with their posts and follows')
    .description('Remove users, with their posts and follows: all of them, or none if one is unknown. Asks first; in a script say --yes.')
    .example('microblog user remove alice', 'asks first')
    .example('microblog user remove alice bob --yes', 'does not ask')

type Options = OptionsOf<typeof declare>

export const remove = (context: Context) => declare().action((operands, options) => removeAll(context, operands, options))

async function removeAll(context: Context, operands: readonly string[], options: Options): Promise<void> {
  const names = await readNames(operands, context.io.stdin, options.null ? '\0' : '\n')
  await usingSession(context, 'write', async (session) => {
    const found = await requireUsers(context, session.db, names, options)
    if (!options.dryRun) await confirmRemoval(context, session.db, found, options)
    await change(context, session, options, async (db) => {
      // Look the names up again in the transaction: another process may have renamed or removed a user during the prompt.
      const users = await requireUsers(context, db, found, {})
      await removeUsers(db, idsOf(users))
      return users.map(({ username }) => (context.io.stdout.isTerminal ? `Removed ${username}` : username))
    })
  })
}

async function confirmRemoval(context: Context, db: Kysely<Database>, users: readonly Identity[], options: Options): Promise<void> {
  if (users.length === 0 || options.yes) return
  const { posts, follows } = await countDependents(db, idsOf(users))
  const who = users.length <= 3 ? users.map(({ username }) => username).join(', ') : `${users.length} users`
  await context.confirm(`this removes ${who}${describe({ posts, follows })}`, options)
}

const describe = ({ posts, follows }: DependentCounts): string =>
  posts + follows === 0 ? '' : `, with ${posts} post${posts === 1 ? '' : 's'} and ${follows} follow${follows === 1 ? '' : 's'}`
