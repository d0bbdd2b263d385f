import { Command } from '../cli/command.ts'
import { defaultLimit, postList, withPostListOptions } from '../cli/post-list.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import { timeline as timelineOf } from '../models/posts.ts'

export const timeline = (context: Context) =>
  withPostListOptions(new Command('timeline').argument('<user>', 'a username'))
    .alias('tl')
    .summary('posts of <user> and of everyone followed, newest first')
    .description(
      `The posts of <user> and of everyone <user> follows, newest first: ${defaultLimit} of them, unless --limit says otherwise.`,
    )
    .example('microblog timeline alice', `the ${defaultLimit} newest`)
    .example('microblog timeline alice --since yesterday --until yesterday -n 0', "all of yesterday's")
    .action(async (username, options) => {
      const list = postList(context, options, defaultLimit)
      await usingSession(context, 'read', async (session) => {
        const user = await requireUser(session.db, username)
        await list.print(session, timelineOf(session.db, user.id), `no posts to show in the timeline of ${user.username}`)
      })
    })
