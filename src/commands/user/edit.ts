import type { Kysely } from 'kysely'
import { changeDatabase } from '../../cli/change.ts'
import { Command, type OptionsOf } from '../../cli/command.ts'
import { askNewPassword, readPasswordLine } from '../../cli/credentials.ts'
import { checkEmailIsFree, usernameTaken } from '../../cli/new-names.ts'
import { passwordStdin, withChangeOptions } from '../../cli/options.ts'
import { requireUser } from '../../cli/require-users.ts'
import type { Context } from '../../context.ts'
import { RefusedError, UsageError } from '../../errors.ts'
import { withoutAt } from '../../input/usernames.ts'
import { hashPassword } from '../../models/passwords.ts'
import type { Database } from '../../models/schema.ts'
import { checkEmail, checkUsername, editUser, findUser, type Identity } from '../../models/users.ts'

const declare = () =>
  withChangeOptions(
    new Command('edit')
      .argument('<username>', 'the user')
      .option('--username <new>', 'the new username; posts and follows stay with the user')
      .option('--email <e>', 'the new email address; an empty one removes it')
      .option('--password', 'ask for the new password, twice')
      .addOption(passwordStdin()),
  )
    .summary("change a user's name, email or password")
    .example('microblog user edit alice --username alicia', 'rename')
    .example('microblog user edit alice --email ""', 'forget the email address')
    .example('openssl rand -hex 8 | tee alice.txt | microblog user edit alice --password-stdin', 'a new password, kept in alice.txt')

type Options = OptionsOf<typeof declare>

export const edit = (context: Context) => declare().action((username, options) => editOne(context, username, options))

async function editOne(context: Context, username: string, options: Options): Promise<void> {
  if (options.username === undefined && options.email === undefined && !options.password && !options.passwordStdin) {
    throw new UsageError('nothing to change', 'use --username, --email, --password or --password-stdin')
  }
  const newName = options.username === undefined ? undefined : withoutAt(options.username)
  if (newName !== undefined) checkUsername(newName)
  if (options.email) checkEmail(options.email)
  const email = options.email === '' ? null : options.email
  const password = await readNewPassword(context, options)
  const passwordHash = password === undefined ? undefined : await hashPassword(password)
  await changeDatabase(context, options, async (db) => {
    const found = await requireUser(db, username)
    if (newName !== undefined) await checkNameIsFree(db, newName, found)
    if (email) await checkEmailIsFree(db, email, found.id)
    await editUser(db, found.id, {
      ...(newName !== undefined && { username: newName }),
      ...(email !== undefined && { email }),
      ...(passwordHash !== undefined && { password_hash: passwordHash }),
    })
    const [user, name] = [found.username, newName ?? found.username]
    return [context.io.stdout.isTerminal ? (user === name ? `Changed ${user}` : `${user} is now ${name}`) : name]
  })
}

async function readNewPassword(context: Context, options: Options): Promise<string | undefined> {
  if (options.passwordStdin) return readPasswordLine(context)
  if (!options.password) return undefined
  const password = await askNewPassword(context, 'New password:')
  if (password === '') throw new RefusedError('the password is empty: nothing was changed')
  return password
}

/** A user may change the case of their own name. */
async function checkNameIsFree(db: Kysely<Database>, name: string, user: Identity): Promise<void> {
  const owner = await findUser(db, name)
  if (owner && owner.id !== user.id) throw usernameTaken({ name: owner.username })
}
