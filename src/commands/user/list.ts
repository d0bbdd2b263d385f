import { Command } from '../../command/command.ts'
import { type ListOptions, withListOptions } from '../../command/list.ts'
import { userList, userListKind } from '../../command/user-list.ts'
import type { Context } from '../../context.ts'
import { countUsers } from '../../models/user-lists.ts'
import { allUsers } from '../../models/users.ts'

/** `user list`, and `users`, which is the same command at the top level. */
export const list = (context: Context, name = 'list') =>
  withListOptions(new Command(name), userListKind)
    .summary(name === 'list' ? 'all users' : 'all users (the same as user list)')
    .example(`microblog ${name === 'list' ? 'user list' : name}`, 'one username a line, in order')
    .example(
      `microblog ${name === 'list' ? 'user list' : name} --sort followers -r -n 10 --fields username,followers`,
      'the ten best-known',
    )
    .action(async (options: ListOptions) => {
      const { print, page } = userList(context, options)
      const store = await context.database()
      if (options.count) return context.print(String(await countUsers(store.db, allUsers(store.db), page)))
      await print(store, { query: allUsers(store.db), isSorted: true }, 'there are no users yet: microblog user add <username>')
    })
