import { Command } from '../../cli/command.ts'
import { withListOptions } from '../../cli/list-options.ts'
import { userList, userListKind } from '../../cli/user-list.ts'
import { usingSession } from '../../cli/using-session.ts'
import type { Context } from '../../context.ts'

export const list = (context: Context) => declare(context, 'list', 'microblog user list').summary('all users')

export const users = (context: Context) => declare(context, 'users', 'microblog users').summary('all users (the same as user list)')

const declare = (context: Context, name: string, call: string) =>
  withListOptions(new Command(name), userListKind)
    .example(call, 'one username a line, in order')
    .example(`${call} --sort followers -r -n 10 --fields username,followers`, 'the ten best-known')
    .action(async (options) => {
      const print = userList(context, options)
      await usingSession(context, 'read', (session) => print(session, [], 'there are no users yet: microblog user add <username>'))
    })
