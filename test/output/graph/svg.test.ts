import { describe, expect, it } from 'vitest'
import { execute, fillWithUsers } from '../../support/database.ts'
import { world } from '../../support/run.ts'

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const attributes = (element: string): Record<string, number> =>
  Object.fromEntries([...element.matchAll(/ (\w+)="([\d.-]+)(?:pt)?"/g)].map(([, name, value]) => [name, Number(value)]))

function boxOf(user: string): Box {
  const { x = 0, y = 0, width = 0, height = 0, cx = 0, cy = 0, r = 0 } = attributes(user.match(/<(?:rect|circle).*?>/)?.[0] ?? '')
  return r > 0 ? { x: cx - r, y: cy - r, width: 2 * r, height: 2 * r } : { x, y, width, height }
}

const overlaps = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** What a picture shows: its size, its users, and how many of them overlap another one or the edge of the picture. */
function look(svg: string) {
  const [head = ''] = svg.split('\n')
  const [, , width = 0, height = 0] = (head.match(/viewBox="(.*?)"/)?.[1] ?? '').split(' ').map(Number)
  const users = svg.match(/<g[^>]*><title>.*<\/g>/g) ?? []
  const boxes = users.map(boxOf)
  const isInside = ({ x, y, width: w, height: h }: Box) => x >= 0 && y >= 0 && x + w <= width && y + h <= height
  return {
    title: svg.match(/<title>(.*?)<\/title>/)?.[1],
    side: Math.max(attributes(head).width ?? 0, attributes(head).height ?? 0),
    users,
    tooltips: new Set(users.map((user) => user.match(/<title>(.*?):/)?.[1])).size,
    names: users.flatMap((user) => user.match(/<text.*?>(.*)<\/text>/)?.[1] ?? []),
    outside: boxes.filter((box) => !isInside(box)).length,
    overlapping: boxes.filter((box, index) => boxes.some((other, at) => at < index && overlaps(box, other))).length,
  }
}

/** A picture of so many users, of whom the second and later ones follow a few earlier ones. `skew` makes the first ones famous. */
async function drawNetwork(users: number, follows: number, skew: number) {
  const { run, db } = await world()
  if (users > 0) fillWithUsers(db, users)
  execute(
    db,
    `INSERT OR IGNORE INTO followers (follower_id, followed_id)
     WITH RECURSIVE n (i, a, b) AS (
       SELECT 0, 7, 11 UNION ALL SELECT i + 1, (a * 48271 + 12345) % 2147483647, (b * 69621 + 1) % 2147483647 FROM n WHERE i < ${follows})
     SELECT f, t FROM (SELECT 1 + a % ${users} AS f, 1 + CAST(pow(b / 2147483647.0, ${skew}) * ${users} AS INTEGER) AS t FROM n) WHERE f <> t`,
  )
  return { run, svg: (await run('graph --format svg')).stdout }
}

describe('an SVG', () => {
  it.each([
    [40, 120, 40],
    [150, 500, 150],
    [300, 1000, 50],
    [3000, 10_000, 50],
  ])('of %i users and %i follows is at most 5,000 pt a side, and no two users overlap', async (users, follows, named) => {
    for (const skew of [1, 6]) {
      const { title, side, tooltips, names, outside, overlapping } = look((await drawNetwork(users, follows, skew)).svg)
      expect({ tooltips, names: names.length, outside, overlapping }).toEqual({ tooltips: users, names: named, outside: 0, overlapping: 0 })
      expect(side).toBeLessThanOrEqual(5000)
      expect(title).toMatch(new RegExp(`^Who follows whom: ${users} users, \\d+ follows$`))
    }
  })

  it.each([0, 1, 2, 151, 3000])('of %i users without follows has room for all', async (users) => {
    const { side, tooltips, outside, overlapping } = look((await drawNetwork(users, 0, 1)).svg)
    expect({ tooltips, outside, overlapping }).toEqual({ tooltips: users, outside: 0, overlapping: 0 })
    expect(side).toBeLessThanOrEqual(5000)
  })

  it('of 3,000 users in 1,500 pairs has room for all', async () => {
    const { run, db } = await world()
    fillWithUsers(db, 3000)
    execute(db, 'INSERT INTO followers (follower_id, followed_id) SELECT id, id + 1 FROM users WHERE id % 2 = 1')
    const { side, tooltips, overlapping } = look((await run('graph --format svg')).stdout)
    expect({ tooltips, overlapping }).toEqual({ tooltips: 3000, overlapping: 0 })
    expect(side).toBeLessThanOrEqual(5000)
  })

  it('of names as long as they may be keeps the limit', async () => {
    const { run } = await world()
    await run('user add - -q', { stdin: Array.from({ length: 150 }, (_, index) => `${index}-`.padEnd(64, 'W')).join('\n') })
    const { side, names, overlapping } = look((await run('graph --format svg')).stdout)
    expect({ names: names.length, overlapping }).toEqual({ names: 150, overlapping: 0 })
    expect(side).toBeLessThanOrEqual(5000)
  })

  it('is the same each time', async () => {
    const { run, svg } = await drawNetwork(200, 600, 6)
    expect((await run('graph --format svg')).stdout).toBe(svg)
  })

  it('of more than 150 users names the 50 most followed and the user asked for, and has dots and tooltips for the others', async () => {
    const { run } = await drawNetwork(300, 2000, 6)
    const users = JSON.parse((await run('users --json --fields username,followers')).stdout) as { username: string; followers: number }[]
    const { names } = look((await run('graph --format svg')).stdout)
    const followers = (isNamed: boolean) =>
      users.filter(({ username }) => names.includes(username) === isNamed).map((user) => user.followers)
    expect(names).toHaveLength(50)
    expect(Math.min(...followers(true))).toBeGreaterThanOrEqual(Math.max(...followers(false)))
    const last = users.find((user) => user.followers === 0)?.username ?? ''
    expect(names).not.toContain(last)
    const around = look((await run(`graph ${last} --depth 3 --format svg`)).stdout)
    expect(around.title).toMatch(new RegExp(`^${last} and everyone up to 3 follows away: \\d+ users`))
    expect(around.names).toContain(last)
    expect(around.users.filter((user) => user.includes('class="asked"'))).toEqual([expect.stringContaining(`>${last}</text>`)])
    expect(around.names.length).toBeLessThanOrEqual(51)
    expect(around.users.length).toBeGreaterThan(150)
  })

  it('ends its lines at the border of the users', async () => {
    const { svg } = await drawNetwork(40, 120, 6)
    const boxes = look(svg).users.map(boxOf)
    /** 0 in the centre, 1 on the border, more outside. */
    const distance = (box: Box, x: number, y: number) =>
      Math.max(Math.abs(2 * (x - box.x) - box.width) / box.width, Math.abs(2 * (y - box.y) - box.height) / box.height)
    const lines = [...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/g)].map(([, ...numbers]) => numbers.map(Number))
    const ends = lines.flatMap(([a = 0, b = 0, c = 0, d = 0]) => [
      [a, b],
      [c, d],
    ]) as [number, number][]
    expect(lines.length).toBeGreaterThan(50)
    const astray = ends.filter(([x, y]) => !boxes.some((box) => Math.abs(distance(box, x, y) - 1) < 0.02))
    expect(astray).toEqual([])
  })

  it('has colours for light and for dark pages', async () => {
    const { run } = await world('alice')
    const { stdout } = await run('graph --format svg')
    const [, light = '', dark = ''] = stdout.match(/<style>(.*)@media \(prefers-color-scheme:dark\)\{(.*?)\n\}\n<\/style>/s) ?? []
    const selectors = (rules: string) => [...rules.matchAll(/^(.*?)\{(?:fill|stroke):#/gm)].map(([, selector]) => selector)
    expect(selectors(dark)).toEqual(selectors(light))
    expect(selectors(dark)).toContain('.page')
  })
})
