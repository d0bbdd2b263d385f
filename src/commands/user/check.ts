import { Command } from '../../cli/command.ts'
import { askPasswordOnce, readPasswordLine } from '../../cli/credentials.ts'
import { passwordStdin } from '../../cli/options.ts'
import { usingSession } from '../../cli/using-session.ts'
import type { Context } from '../../context.ts'
import { withoutAt } from '../../input/usernames.ts'
import { isPassword } from '../../models/passwords.ts'
import { findPasswordHash } from '../../models/users.ts'

export const check = (context: Context) =>
  new Command('check')
    .summary("whether this is the user's password: exit 0 yes, 1 no")
    .description(
      'Whether a password is right: asks for it, masked, or reads it from standard input. The exit code is the answer: 0 yes, ' +
        '1 no (or no such user, or no password set).',
    )
    .argument('<username>', 'the user')
    .addOption(passwordStdin())
    .example('microblog user check alice --password-stdin < alice.txt && echo right', 'ask in a script')
    .action(async (username, options) => {
      context.isPredicate = true
      const password = await (options.passwordStdin ? readPasswordLine(context) : askPasswordOnce(context))
      const hash = await usingSession(context, 'read', ({ db }) => findPasswordHash(db, withoutAt(username)))
      const isRight = await isPassword(password, hash)
      if (!isRight) context.exitCode = 1
      if (context.io.stdout.isTerminal)
        context.print(isRight ? 'yes: the password is right' : 'no: the password is wrong, or there is no such user')
    })
