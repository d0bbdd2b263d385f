import { Command } from '../cli/command.ts'
import { defaultLimit, postList, withPostListOptions } from '../cli/post-list.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import { searchPosts } from '../models/post-search.ts'
import { allPosts } from '../models/posts.ts'

export const mentions = (context: Context) =>
  withPostListOptions(new Command('mentions').argument('<user>', 'a username'))
    .summary('posts that name @user, newest first')
    .description(`Posts that name @<user>, newest first: ${defaultLimit} of them, unless --limit says otherwise.`)
    .example('microblog mentions alice', `the ${defaultLimit} newest`)
    .action(async (username, options) => {
      const list = postList(context, options, defaultLimit)
      await usingSession(context, 'read', async (session) => {
        const user = await requireUser(session.db, username)
        const search = await session.search(`"@${user.username}"`)
        const found = await searchPosts(session.db, allPosts(session.db), search, list.wanted)
        await list.print(session, found, `no post names @${user.username} yet`)
      })
    })
