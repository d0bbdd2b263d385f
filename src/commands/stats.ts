import { Command } from '../cli/command.ts'
import { chooseFields, chooseFormat, type ListOptions, withFormatOptions } from '../cli/list-options.ts'
import { recordWriter } from '../cli/write-record.ts'
import type { Context } from '../context.ts'
import { type Bucket, countAll, distribution, mostFollowed } from '../models/stats.ts'
import { barChart } from '../output/bars.ts'
import { jsonText } from '../output/json.ts'

const fields = ['users', 'posts', 'follows', 'most_followed', 'distribution'] as const

export const stats = (context: Context) =>
  withFormatOptions(new Command('stats'), fields)
    .summary('totals, and how followers are distributed')
    .description(
      'Totals, the most followed users, and how many users have how many followers. In a pipe the last two are lists: "susan:2 david:2" and "0:1 1:1 2-3:2".',
    )
    .example('microblog stats', 'the network at a glance')
    .example('microblog stats --fields follows', 'one number')
    .action((options: ListOptions) => show(context, options))

async function show(context: Context, options: ListOptions): Promise<void> {
  const format = chooseFormat(context, options)
  const chosen = chooseFields({ fields, bare: fields, cheap: fields, sorts: [] }, format, options.fields)
  const write = recordWriter(context, options, fields)
  const { db } = await context.database()
  const isAsked = (field: (typeof fields)[number]) => chosen.includes(field)
  const users = await countAll(db, 'users')
  const totals = {
    users,
    posts: isAsked('posts') ? await countAll(db, 'posts') : 0,
    follows: isAsked('follows') ? await countAll(db, 'followers') : 0,
  }
  const top = isAsked('most_followed') ? await mostFollowed(db, 10) : []
  const buckets = isAsked('distribution') ? await distribution(db, users) : []
  if (format === 'json') {
    const all: Record<string, unknown> = { ...totals, most_followed: top, distribution: buckets }
    return context.print(jsonText(Object.fromEntries(chosen.map((field) => [field, all[field]]))))
  }
  const most_followed = top.map(({ username, followers }) => `${username}:${followers}`).join(' ')
  const isChart = format === 'table' && options.fields === undefined
  if (!isChart)
    return write({ ...totals, most_followed, distribution: buckets.map((bucket) => `${range(bucket)}:${bucket.users}`).join(' ') })
  const style = await context.style(context.io.stdout)
  const key = (name: string) => style.bold(name.padEnd(13))
  for (const [name, count] of Object.entries(totals)) context.print(`${key(name)}  ${count.toLocaleString('en')}`)
  const best = top.map(({ username, followers }) => `${username} (${followers.toLocaleString('en')})`)
  if (best.length > 0) context.print(`${key('most followed')}  ${best.join(', ')}`)
  context.print(`\n${style.bold('Users by their number of followers')}`)
  const bars = buckets.map((bucket) => ({ label: range(bucket), value: bucket.users }))
  context.io.stdout.write(barChart(bars, context.io.stdout.columns, style))
}

const range = ({ from, to }: Bucket): string => (from === to ? String(from) : `${from}-${to}`)
