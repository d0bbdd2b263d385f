import { Command, type OptionsOf } from '../cli/command.ts'
import { defaultLimit, postList, withPostListOptions } from '../cli/post-list.ts'
import { requireUser } from '../cli/require-users.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors.ts'
import { searchPosts } from '../models/post-search.ts'
import { allPosts, postsOf } from '../models/posts.ts'
import { hitMarks } from '../output/safe-text.ts'

const declare = () =>
  withPostListOptions(
    new Command('search').argument('<query...>', 'words, all of which are to be found').option('--user <u>', 'only posts of this user'),
  )
    .summary('full-text search in posts')
    .description(
      `Full-text search in posts, newest first: ${defaultLimit} of them, unless --limit says otherwise. "a phrase", ` +
        'hel*, OR, NOT and NEAR(a b) are understood (FTS5); anything else is plain words. #tag and @name are found as ' +
        'whole tags and names; words of Chinese, Japanese, Korean and Thai, and emoji, also inside of others.',
    )
    .example('microblog search good coffee', 'both words, anywhere in the post')
    .example(`microblog search '"good morning"'`, 'these words in this order')
    .example(`microblog search 'coff*'`, 'a word that begins so')
    .example(`microblog search 'coffee OR tea'`, 'one of them, or both')
    .example(`microblog search 'coffee NOT tea'`, 'one without the other')
    .example(`microblog search 'NEAR(good coffee, 3)'`, 'at most three words between them')
    .example(`microblog search '#fun' --user alice`, "alice's posts with this tag")

type Options = OptionsOf<typeof declare>

export const search = (context: Context) => declare().action((words, options) => find(context, words.join(' '), options))

async function find(context: Context, query: string, options: Options): Promise<void> {
  if (query.trim() === '') throw new UsageError('the query is empty', 'for example:  microblog search coffee')
  const list = postList(context, options, defaultLimit)
  await usingSession(context, 'read', async (session) => {
    const { db } = session
    const posts = options.user === undefined ? allPosts(db) : postsOf(db, (await requireUser(db, options.user)).id)
    const search = await session.search(query)
    const found = await searchPosts(db, posts, search, list.wanted)
    const hits = search.highlighted(hitMarks).as('hits')
    await list.print(session, found, 'no post matches', (rows) => (list.isFeed ? rows.select(hits) : rows))
  })
}
