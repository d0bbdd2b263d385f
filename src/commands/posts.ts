import { Command } from '../cli/command.ts'
import { postList, withPostListOptions } from '../cli/post-list.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import { postsOf } from '../models/posts.ts'

export const posts = (context: Context) =>
  withPostListOptions(new Command('posts').argument('<user>', 'a username'))
    .summary("one user's posts, newest first")
    .example('microblog posts alice -n 10', 'the ten newest')
    .example('microblog posts alice --since yesterday --json', 'as JSON')
    .action(async (username, options) => {
      const list = postList(context, options)
      await usingSession(context, 'read', async (session) => {
        const user = await requireUser(session.db, username)
        await list.print(session, postsOf(session.db, user.id), `no posts by ${user.username} to show`)
      })
    })
