import { Command } from '../../cli/command.ts'
import { withFormatOptions } from '../../cli/list-options.ts'
import { requireUser } from '../../cli/require-users.ts'
import { usingSession } from '../../cli/using-session.ts'
import { recordWriter } from '../../cli/write-record.ts'
import type { Context } from '../../context.ts'
import { listUsers, type userFields } from '../../models/user-fields.ts'
import { allUsers } from '../../models/users.ts'

const fields = ['id', 'username', 'email', 'followers', 'following', 'posts'] as const satisfies readonly (typeof userFields)[number][]

export const show = (context: Context) =>
  withFormatOptions(new Command('show').argument('<username>', 'the user'), fields)
    .summary('profile and counts')
    .example('microblog user show alice', 'her profile')
    .example('microblog user show alice --fields followers', 'one value')
    .action(async (username, options) => {
      const write = recordWriter(context, options, fields)
      const row = await usingSession(context, 'read', async ({ db }) => {
        const user = await requireUser(db, username)
        const page = { sort: 'username', reverse: false, limit: 0, offset: 0 } as const
        return listUsers(allUsers(db).where('users.id', '=', user.id), fields, page).executeTakeFirstOrThrow()
      })
      await write(row)
    })
