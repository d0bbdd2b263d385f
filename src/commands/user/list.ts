import { Command } from '../../cli/command.ts'
import { withListOptions } from '../../cli/list-options.ts'
import { userList, userListKind } from '../../cli/user-list.ts'
import { usingSession } from '../../cli/using-session.ts'
import type { Context } from '../../context.ts'

/** `user list`, also available as `users` at the top level. */
export const list = (context: Context, name = 'list') => {
  const call = name === 'list' ? 'microblog user list' : `microblog ${name}`
  return withListOptions(new Command(name), userListKind)
    .summary(name === 'list' ? 'all users' : 'all users (the same as user list)')
    .example(call, 'one username a line, in order')
    .example(`${call} --sort followers -r -n 10 --fields username,followers`, 'the ten best-known')
    .action(async (options) => {
      const print = userList(context, options)
      await usingSession(context, 'read', (session) => print(session, [], 'there are no users yet: microblog user add <username>'))
    })
}
