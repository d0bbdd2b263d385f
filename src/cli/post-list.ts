/** Lists of posts. `posts`, `timeline`, `explore` and `search` differ in their query and share filters, paging and output. */
import type { OptionValues } from '@commander-js/extra-typings'
import type { Context } from '../context.ts'
import type { Session } from '../db/engine.ts'
import { UsageError } from '../errors.ts'
import { parseTime } from '../input/time.ts'
import { countPosts, listPosts, type PostField, type PostListQuery, type PostSort, postFields, postSorts } from '../models/post-fields.ts'
import { type Period, type PostQuery, within } from '../models/posts.ts'
import { feed } from '../output/feed.ts'
import type { Row } from '../output/format.ts'
import type { CommandBuilder, NoOptions, OptionsOf } from './command.ts'
import { chooseFields, chooseFormat, type ListKind, withListOptions } from './list-options.ts'
import { oneOf } from './options.ts'
import { writeList } from './write-list.ts'

const postListKind: ListKind<PostField, PostSort> = {
  fields: postFields,
  defaultFields: postFields,
  defaultRecordFields: postFields,
  sorts: postSorts,
}

/** Default limit of timeline, explore and search. */
export const defaultLimit = 20

export const withPostListOptions = <Args extends unknown[], Opts extends OptionValues>(command: CommandBuilder<Args, Opts>) =>
  withListOptions(
    command
      .option('--since <time>', 'only posts from then on: 2026-01-02, an RFC 3339 time, 2h, yesterday')
      .option('--until <time>', 'only posts up to then, the whole of that day or minute included'),
    postListKind,
  )

type PostListOptions = OptionsOf<typeof withPostListOptions<[], NoOptions>>

/** Check the options and return an object that prints posts. Without `--limit` at most `fallbackLimit` are printed; 0 is all. */
export function postList(context: Context, options: PostListOptions, fallbackLimit = 0) {
  const format = chooseFormat(context, options)
  const fields = chooseFields(postListKind, format, options.fields)
  const sort = oneOf('sort key', options.sort ?? 'timestamp', postListKind.sorts)
  const period = readPeriod(options)
  const isFallbackLimit = options.limit === undefined && fallbackLimit > 0 && !options.count
  // Read one row more than is printed, to know whether there are more.
  const limit = isFallbackLimit ? fallbackLimit + 1 : (options.limit ?? 0)
  const page = { sort, reverse: options.reverse === true, limit, offset: options.offset ?? 0 }
  const writer = format === 'table' && options.fields === undefined ? feed : format
  return {
    /** Whether the posts are printed for people, as a feed and not in another format. */
    isFeed: writer === feed,
    /** The page to print, for a faster search. Undefined if the list is not sorted by time or is only counted. */
    wanted: sort === 'timestamp' && !options.count ? { ...period, rows: limit && limit + page.offset, reverse: page.reverse } : undefined,
    async print(session: Session, posts: PostQuery, empty: string, addColumns = (query: PostListQuery) => query): Promise<void> {
      const query = within(posts, period)
      if (options.count) return context.print(String(await countPosts(session.db, query, page)))
      if (options.sql)
        return context.writeLast(session.sqlText(listPosts(session.db, query, fields, { ...page, limit: options.limit ?? fallbackLimit })))
      let hasMore = false
      const all = session.rows(addColumns(listPosts(session.db, query, fields, page)))
      const rows = isFallbackLimit ? limitRows(all, fallbackLimit, () => (hasMore = true)) : all
      await writeList(context, writer, { fields, rows }, options, empty)
      const next = page.offset + fallbackLimit
      if (hasMore)
        context.note(`showing ${fallbackLimit} posts, there are more: -n 0 shows all, --offset ${next} the next ${fallbackLimit}`)
    },
  }
}

function readPeriod({ since, until }: PostListOptions): Period {
  const period = {
    from: since === undefined ? undefined : parseTime(since).from,
    to: until === undefined ? undefined : parseTime(until).to,
  }
  if (period.from && period.to && period.from > period.to) throw new UsageError('--since is later than --until')
  return period
}

/** Yields the first `limit` rows. Calls `onMore` if there are more. */
async function* limitRows(chunks: AsyncIterable<Row[]>, limit: number, onMore: () => unknown): AsyncGenerator<Row[]> {
  let left = limit
  for await (const chunk of chunks) {
    if (left > 0) yield chunk.slice(0, left)
    if (chunk.length > left) {
      onMore()
      return
    }
    left -= chunk.length
  }
}
