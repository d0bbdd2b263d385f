import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { root } from '../support/process.ts'
import { world } from '../support/run.ts'

/** The users, posts and follows of the Flask tutorial's test of its timeline. */
async function tutorial() {
  const made = await world('john', 'susan', 'mary', 'david')
  const seconds = { john: 1, susan: 4, mary: 3, david: 2 }
  for (const [name, second] of Object.entries(seconds))
    await made.run(['post', name, `post from ${name}`, '--at', `2026-01-02T00:00:0${second}Z`])
  await made.run('follow john susan david')
  await made.run('follow susan mary')
  await made.run('follow mary david')
  return made
}

const names = (stdout: string) => stdout.trimEnd().split('\n')

describe('timeline', () => {
  it("passes the Flask tutorial's test", async () => {
    const { run } = await tutorial()
    const timeline = async (user: string) => names((await run(['tl', user, '--fields', 'username'])).stdout)
    expect(await timeline('john')).toEqual(['susan', 'david', 'john'])
    expect(await timeline('susan')).toEqual(['susan', 'mary'])
    expect(await timeline('mary')).toEqual(['mary', 'david'])
    expect(await timeline('david')).toEqual(['david'])
  })

  it('prints id, time, author and body as four columns to a pipe', async () => {
    const { run } = await tutorial()
    expect((await run('timeline david')).stdout).toBe('4\t2026-01-02T00:00:02.000Z\tdavid\tpost from david\n')
  })

  it('sorts posts of the same time by id, and reverses the order with -r', async () => {
    const { run } = await world('alice')
    for (const body of ['a', 'b', 'c']) await run(['post', 'alice', body, '--at', '2026-01-02'])
    expect(names((await run('timeline alice --fields body')).stdout)).toEqual(['c', 'b', 'a'])
    expect(names((await run('timeline alice --fields body -r')).stdout)).toEqual(['a', 'b', 'c'])
  })

  it('prints 20 posts by default and a note when there are more', async () => {
    const { run } = await world('alice')
    for (let i = 1; i <= 21; i++) await run(['post', 'alice', `post ${i}`])
    for (const list of ['timeline alice', 'explore']) {
      const cut = await run(list)
      expect(names(cut.stdout)).toHaveLength(20)
      expect(cut.stderr).toBe('showing 20 posts, there are more: -n 0 shows all, --offset 20 the next 20\n')
      expect(names((await run(`${list} -n 0`)).stdout)).toHaveLength(21)
      expect(await run(`${list} --offset 20`)).toMatchObject({ stderr: '', stdout: expect.stringMatching(/^1\t.*\n$/) })
      expect((await run(`${list} --count`)).stdout).toBe('21\n')
    }
    expect(names((await run('posts alice')).stdout)).toHaveLength(21)
  })

  it('filters by --since and --until, which includes the whole last day', async () => {
    const { run } = await world('alice')
    for (const day of ['01', '02', '03']) await run(['post', 'alice', day, '--at', `2026-01-${day}T23:59:59.999Z`])
    const bodies = async (options: string) => names((await run(`timeline alice --fields body ${options}`)).stdout)
    expect(await bodies('--since 2026-01-02')).toEqual(['03', '02'])
    expect(await bodies('--until 2026-01-02')).toEqual(['02', '01'])
    expect(await bodies('--since 2026-01-02 --until 2026-01-02')).toEqual(['02'])
    expect(await run('explore --since 2026-01-03 --until 2026-01-02')).toMatchObject({ code: 2 })
    expect(await run('explore --since soon')).toMatchObject({ code: 2 })
  })

  it('prints relative times, wrapped bodies and coloured mentions on a terminal', async () => {
    const { run } = await world('alice')
    await run(['post', 'alice', 'hello @bob, this is #fun', '--at', '2h'])
    expect((await run('timeline alice', { terminal: true, columns: 16, env: { NO_COLOR: '1' } })).stdout).toBe(
      'alice · 2 hours ago · #1\n  hello @bob,\n  this is #fun\n',
    )
    expect((await run('timeline alice', { terminal: true })).stdout).toContain(
      'hello \u001b[36m@bob\u001b[39m, this is \u001b[36m#fun\u001b[39m',
    )
    expect(await run('timeline alice --since now', { terminal: true })).toMatchObject({
      stdout: '',
      stderr: 'no posts to show in the timeline of alice\n',
    })
  })

  it('prints line breaks of a body as lines on a terminal', async () => {
    const { run } = await world('alice')
    await run(['post', 'alice', 'one\r\n\ntwo #x\n'])
    const { stdout } = await run('timeline alice', { terminal: true, env: { NO_COLOR: '1' } })
    expect(stdout).toBe('alice · just now · #1\n  one\n\n  two #x\n')
  })

  it('prints the date of a post that is a week old', async () => {
    const { run } = await world('alice')
    await run(['post', 'alice', 'old', '--at', '2020-02-29T12:00:00Z'])
    await run(['post', 'alice', 'newer', '--at', '6d'])
    const { stdout } = await run('timeline alice', { terminal: true, env: { NO_COLOR: '1' } })
    expect(stdout).toBe('alice · 6 days ago · #2\n  newer\n\nalice · 2020-02-29 · #1\n  old\n')
  })

  it('breaks a word that is longer than a line between graphemes', async () => {
    const { run } = await world('alice')
    const family = '👨\u200d👩\u200d👧\u200d👦'
    await run(['post', 'alice', family.repeat(8)])
    const { stdout } = await run('timeline alice', { terminal: true, columns: 45, env: { NO_COLOR: '1' } })
    expect(stdout).toBe(`alice · just now · #1\n  ${family.repeat(5)}\n  ${family.repeat(3)}\n`)
  })

  it('counts each emoji of a family and each colour of skin, as terminals do that do not join them', async () => {
    const { run } = await world('alice')
    await run(['post', 'alice', '👨\u200d👩\u200d👧 👍🏽 ok'])
    const { stdout } = await run('timeline alice', { terminal: true, columns: 12, env: { NO_COLOR: '1' } })
    expect(stdout.split('\n').slice(1)).toEqual(['  👨\u200d👩\u200d👧', '  👍🏽 ok', ''])
  })

  it('counts a column for each spacing vowel sign and joined letter of Hindi, as most terminals do', async () => {
    const { run } = await world('alice')
    await run(['post', 'alice', 'नीली नीली नीली #ली क्ष्म क्ष क्ष'])
    const { stdout } = await run('timeline alice', { terminal: true, columns: 12 })
    expect(stdout.split('\n').slice(1)).toEqual(['  नीली नीली', '  नीली \u001b[36m#ली\u001b[39m', '  क्ष्म क्ष क्ष', ''])
  })

  it('sorts the 300 posts of the nanoTwitter data by time', async () => {
    const { run } = await world('u1', 'u2', 'u3')
    const tweets = parse(readFileSync(`${root}test/data/tweets.csv`)) as [user: string, body: string, time: string][]
    for (const [user, body, time] of tweets) expect(await run(['post', `u${user}`, body, '--at', time])).toMatchObject({ code: 0 })
    const rows = JSON.parse((await run('explore -n 0 --json')).stdout) as { id: number; timestamp: string; body: string }[]
    const expected = tweets
      .map(([, body, time], index) => ({ id: index + 1, body, timestamp: new Date(time).toISOString() }))
      .sort((a, b) => Date.parse(b.timestamp) - Date.parse(a.timestamp) || b.id - a.id)
    expect(rows.map(({ id, body, timestamp }) => ({ id, body, timestamp }))).toEqual(expected)
  }, 60_000)
})
