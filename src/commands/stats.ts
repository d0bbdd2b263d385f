import type { Kysely } from 'kysely'
import { Command } from '../cli/command.ts'
import { chooseFields, chooseFormat, type FormatOptions, withFormatOptions } from '../cli/list-options.ts'
import { usingSession } from '../cli/using-session.ts'
import { recordWriter } from '../cli/write-record.ts'
import type { Context } from '../context.ts'
import type { Database } from '../models/schema.ts'
import { type Bucket, countAll, distribution, type FollowedUser, mostFollowed } from '../models/stats.ts'
import { barChart } from '../output/bars.ts'
import { jsonText } from '../output/json.ts'
import { safeText } from '../output/safe-text.ts'
import { wrapText } from '../output/width.ts'

const fields = ['users', 'posts', 'follows', 'most_followed', 'distribution'] as const

export const stats = (context: Context) =>
  withFormatOptions(new Command('stats'), fields)
    .summary('totals, and how followers are distributed')
    .description(
      'Totals, the most followed users, and how many users have how many followers. In a pipe the last two are lists: ' +
        '"susan:2 david:2" and "0:1 1:1 2-3:2".',
    )
    .example('microblog stats', 'the network at a glance')
    .example('microblog stats --fields follows', 'one number')
    .action((options) => show(context, options))

async function show(context: Context, options: FormatOptions): Promise<void> {
  const format = chooseFormat(context, options)
  const selected = chooseFields({ fields, defaultFields: fields, defaultRecordFields: fields, sorts: [] }, format, options.fields)
  const write = recordWriter(context, options, fields)
  const stats = await usingSession(context, 'read', ({ db }) => queryStats(db, selected))
  if (format === 'json') return context.print(jsonText(Object.fromEntries(selected.map((field) => [field, stats[field]]))))
  if (format === 'table' && options.fields === undefined) return printChart(context, stats)
  const most_followed = stats.most_followed.map(({ username, followers }) => `${username}:${followers}`).join(' ')
  await write({ ...stats, most_followed, distribution: stats.distribution.map((bucket) => `${range(bucket)}:${bucket.users}`).join(' ') })
}

interface Stats {
  readonly users: number
  readonly posts: number
  readonly follows: number
  readonly most_followed: readonly FollowedUser[]
  readonly distribution: readonly Bucket[]
}

/** Queries only the selected fields. */
async function queryStats(db: Kysely<Database>, selected: readonly (keyof Stats)[]): Promise<Stats> {
  const isSelected = (field: keyof Stats) => selected.includes(field)
  const users = await countAll(db, 'users')
  return {
    users,
    posts: isSelected('posts') ? await countAll(db, 'posts') : 0,
    follows: isSelected('follows') ? await countAll(db, 'followers') : 0,
    most_followed: isSelected('most_followed') ? await mostFollowed(db, 10) : [],
    distribution: isSelected('distribution') ? await distribution(db, users) : [],
  }
}

/** As wide as a key and the gap after it. */
const indent = ' '.repeat(15)

/** Print the totals and a bar chart of the distribution. */
async function printChart(context: Context, { users, posts, follows, most_followed, distribution }: Stats): Promise<void> {
  const style = await context.style(context.io.stdout)
  const key = (name: string) => style.bold(name.padEnd(13))
  const totals = Object.entries({ users, posts, follows }).map(([name, count]) => `${key(name)}  ${count.toLocaleString('en')}\n`)
  const width = Math.max(10, context.io.stdout.columns - indent.length)
  // A space inside of an entry is no place for a line break.
  const top = most_followed.map(({ username, followers }) => `${safeText(username)}\u00a0(${followers.toLocaleString('en')})`)
  const list = (await wrapText(top.join(', '), width)).replaceAll('\u00a0', ' ').replaceAll('\n', `\n${indent}`)
  const best = top.length > 0 ? `${key('most followed')}  ${list}\n` : ''
  const heading = style.bold('Users by their number of followers')
  const bars = distribution.map((bucket) => ({ label: range(bucket), value: bucket.users }))
  context.writeStyled(`${totals.join('')}${best}\n${heading}\n${barChart(bars, context.io.stdout.columns, style)}`)
}

const range = ({ from, to }: Bucket): string => (from === to ? String(from) : `${from}-${to}`)
