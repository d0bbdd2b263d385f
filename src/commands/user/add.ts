import type { Kysely } from 'kysely'
import { change } from '../../cli/change.ts'
import { Command, type OptionsOf } from '../../cli/command.ts'
import { askEmail, askNewPassword, readPasswordLine } from '../../cli/credentials.ts'
import { checkEmailIsFree, partitionNewNames } from '../../cli/new-names.ts'
import { passwordStdin, withBulkOptions } from '../../cli/options.ts'
import { usingSession } from '../../cli/using-session.ts'
import type { Context } from '../../context.ts'
import { UsageError } from '../../errors.ts'
import { type GivenName, readNames } from '../../input/usernames.ts'
import { hashPassword } from '../../models/passwords.ts'
import type { Database, NewUser } from '../../models/schema.ts'
import { addUsers, checkEmail } from '../../models/users.ts'

const declare = () =>
  withBulkOptions(
    new Command('add')
      .argument('<username...>', 'usernames; - reads them from standard input, one a line')
      .option('--email <e>', "the user's email address (with a single username)")
      .option('-i, --interactive', 'ask for email address and password (with a single username)')
      .addOption(passwordStdin()),
  )
    .summary('create users')
    .description('Create users: all of them, or none if one is refused. Email address and password are optional; -i asks for them.')
    .example('microblog user add dave erin', 'two users')
    .example('microblog user add frank --email frank@example.com', 'with an email address')
    .example("printf '%s\\n' grace heidi | microblog user add - -k", 'names from a pipe, all that can be added')

type Options = OptionsOf<typeof declare>

export const add = (context: Context) => declare().action((operands, options) => addAll(context, operands, options))

async function addAll(context: Context, operands: readonly string[], options: Options): Promise<void> {
  const isSingle = operands.length === 1 && operands[0] !== '-'
  if (!isSingle && (options.email !== undefined || options.passwordStdin || options.interactive)) {
    throw new UsageError('--email, --password-stdin and --interactive need a single username')
  }
  if (options.email !== undefined) checkEmail(options.email)
  const names = await readNames(operands, context.io.stdin, options.null ? '\0' : '\n')
  await usingSession(context, 'write', async (session) => {
    const details = isSingle ? await readDetails(context, session.db, names, options) : {}
    await change(context, session, options, async (db) => {
      const accepted = await requireNewNames(context, db, names, options)
      if (details.email) await checkEmailIsFree(db, details.email)
      const users = accepted.map(({ name }) => ({ username: name, ...details }))
      await addUsers(db, users)
      return users.map(({ username }) => (context.io.stdout.isTerminal ? `Added ${username}` : username))
    })
  })
}

/** Email and password of a single user. The name is checked first, before any prompt. */
async function readDetails(
  context: Context,
  db: Kysely<Database>,
  names: readonly GivenName[],
  options: Options,
): Promise<Partial<NewUser>> {
  await requireNewNames(context, db, names, {})
  const { interactive, email = interactive ? await askEmail(context) : undefined } = options
  const password = options.passwordStdin
    ? await readPasswordLine(context)
    : interactive && (await askNewPassword(context, 'Password (Enter for none):'))
  return { ...(email && { email }), ...(password && { password_hash: await hashPassword(password) }) }
}

/** The names that can be added. Refused names are reported and skipped with `--keep-going`, otherwise thrown as one error. */
async function requireNewNames(
  context: Context,
  db: Kysely<Database>,
  names: readonly GivenName[],
  options: Options,
): Promise<GivenName[]> {
  const { accepted, faults } = await partitionNewNames(db, names)
  await context.throwOrReport(faults, options.keepGoing, (count) => `${count} usernames were refused: no user was added`)
  return accepted
}
