import { Command } from '../cli/command.ts'
import { withFormatOptions } from '../cli/list-options.ts'
import { usingSession } from '../cli/using-session.ts'
import { recordWriter } from '../cli/write-record.ts'
import type { Context } from '../context.ts'
import { NotFoundError } from '../errors.ts'
import { parseId } from '../input/post-ids.ts'
import { listPosts, postFields } from '../models/post-fields.ts'
import { allPosts } from '../models/posts.ts'

const page = { sort: 'id', reverse: false, limit: 0, offset: 0 } as const

export const show = (context: Context) =>
  withFormatOptions(new Command('show').argument('<id>', 'the id of a post'), postFields)
    .summary('one post')
    .example('microblog show 1', 'who wrote it, when, and what')
    .example('microblog show 1 --fields body', 'its text alone')
    .action(async (operand, options) => {
      const id = parseId(operand)
      const write = recordWriter(context, options, postFields)
      const post = await usingSession(context, 'read', ({ db }) =>
        listPosts(db, allPosts(db).where('posts.id', '=', id), postFields, page).executeTakeFirst(),
      )
      if (!post) throw new NotFoundError(`no post ${id}`)
      await write(post)
    })
