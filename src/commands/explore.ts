import { Command } from '../cli/command.ts'
import { defaultLimit, postList, withPostListOptions } from '../cli/post-list.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import { allPosts } from '../models/posts.ts'

export const explore = (context: Context) =>
  withPostListOptions(new Command('explore'))
    .summary("everyone's posts, newest first")
    .description(`Everyone's posts, newest first: ${defaultLimit} of them, unless --limit says otherwise.`)
    .example('microblog explore', `the ${defaultLimit} newest`)
    .example('microblog explore --since 2h -n 0', 'all of the last two hours')
    .action(async (options) => {
      const list = postList(context, options, defaultLimit)
      await usingSession(context, 'read', (session) =>
        list.print(session, allPosts(session.db), 'there are no posts to show: microblog post <user> <body>'),
      )
    })
