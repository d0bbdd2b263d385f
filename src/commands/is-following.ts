import { Command } from '../cli/command.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import { isFollowing as queryFollowing } from '../models/followers.ts'

export const isFollowing = (context: Context) =>
  new Command('is-following')
    .summary('whether <user> follows <target>: exit 0 yes, 1 no')
    .description(
      'Whether <user> follows <target>. The exit code is the answer: 0 yes, 1 no, 2 or more an error. On a terminal it says so too.',
    )
    .argument('<user>', 'a username')
    .argument('<target>', 'a username')
    .example('microblog is-following alice bob && echo yes', 'ask in a script')
    .action(async (username, targetName) => {
      context.isPredicate = true
      const { user, target, answer } = await usingSession(context, 'read', async ({ db }) => {
        const user = await requireUser(db, username)
        const target = await requireUser(db, targetName)
        return { user: user.username, target: target.username, answer: await queryFollowing(db, user.id, target.id) }
      })
      if (!answer) context.exitCode = 1
      if (!context.io.stdout.isTerminal) return
      context.print(answer ? `yes: ${user} follows ${target}` : `no: ${user} does not follow ${target}`)
    })
