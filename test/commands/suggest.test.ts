import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { execute, fillWithUsers, query } from '../support/database.ts'
import { world } from '../support/run.ts'

/** alice follows bob and carol; both follow dan, carol follows erin, and bob follows alice and carol. */
async function circle() {
  const made = await world('alice', 'bob', 'carol', 'dan', 'erin', 'frank')
  for (const line of ['alice bob carol', 'bob alice carol dan', 'carol dan erin', 'dan frank']) await made.run(`follow ${line}`)
  return made
}

describe('suggest', () => {
  it('lists users followed by those the user follows, most common first, without the user and those already followed', async () => {
    const { run } = await circle()
    expect((await run('suggest alice')).stdout).toBe('dan\nerin\n')
    expect((await run('suggest alice --fields username,common')).stdout).toBe('dan\t2\nerin\t1\n')
    expect((await run('suggest alice -n 1')).stdout).toBe('dan\n')
    expect((await run('suggest alice --offset 1')).stdout).toBe('erin\n')
    expect((await run('suggest alice --count')).stdout).toBe('2\n')
    expect(JSON.parse((await run('suggest alice --json -n 1')).stdout)).toEqual([{ username: 'dan', email: null, id: 4, common: 2 }])
  })

  it('has ties in ascending order by id, reversed or not', async () => {
    const { run } = await world('alice', 'bob', 'zoe', 'dan')
    for (const line of ['alice bob', 'bob zoe dan']) await run(`follow ${line}`)
    for (const order of ['', ' -r', ' -r -n 2']) expect((await run(`suggest alice${order}`)).stdout).toBe('zoe\ndan\n')
  })

  it('says on a terminal how many common friends there are, and names up to three', async () => {
    const { run } = await circle()
    const onTerminal = async (line: string) => (await run(line, { terminal: true, env: { NO_COLOR: '1' } })).stdout
    expect(await onTerminal('suggest alice')).toBe(
      'username  common  through\ndan            2  bob, carol\nerin           1  carol\n2 rows\n',
    )
    expect(await onTerminal('suggest alice -n 1')).toBe('username  common  through\ndan            2  bob, carol\n1 of 2 rows\n')
    await run('follow alice erin frank')
    await run('follow erin dan')
    await run('follow frank dan')
    expect(await onTerminal('suggest alice')).toBe('username  common  through\ndan            4  bob, carol, erin, …\n1 row\n')
  })

  it('prints only names on a terminal when there are more than 200 suggestions', async () => {
    const { run, db } = await world('alice', 'bob')
    fillWithUsers(db, 201)
    execute(db, 'INSERT INTO followers SELECT 2, id FROM users WHERE id > 2')
    await run('follow alice bob')
    const { stdout } = await run('suggest alice', { terminal: true, env: { NO_COLOR: '1' } })
    expect(stdout).toMatch(/^username\n(\S+\n){201}201 rows\n$/)
  })

  it('prints a message on a terminal when there are no suggestions', async () => {
    const { run } = await circle()
    expect(await run('suggest frank', { terminal: true })).toMatchObject({
      stdout: '',
      stderr: 'no suggestions for frank yet\n',
    })
  })
})

describe('path', () => {
  it('prints a shortest chain of follows', async () => {
    const { run } = await circle()
    expect((await run('path alice frank')).stdout).toMatch(/^alice\n(bob|carol)\ndan\nfrank\n$/)
    expect((await run('path alice erin')).stdout).toBe('alice\ncarol\nerin\n')
    expect((await run('path alice alice')).stdout).toBe('alice\n')
    expect((await run('path alice erin', { terminal: true })).stdout).toBe('alice → carol → erin\n')
  })

  it('exits 1 without a chain, and prints the limit when --depth was given', async () => {
    const { run } = await circle()
    expect(await run('path frank alice')).toEqual({ code: 1, stdout: '', stderr: 'no chain leads from frank to alice\n' })
    expect(await run('path alice frank --depth 2')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'no chain of at most 2 follows leads from alice to frank\n',
    })
    expect(await run('path alice frank --depth 3')).toMatchObject({ code: 0 })
  })

  it('finds a chain of any length', async () => {
    const { run, db } = await world()
    fillWithUsers(db, 61)
    execute(db, 'INSERT INTO followers SELECT id, id + 1 FROM users WHERE id < 61')
    expect((await run('path user00000 user00060 --json')).stdout.match(/username/g)).toHaveLength(61)
    expect((await run('path user00060 user00000')).stderr).toBe('no chain leads from user00060 to user00000\n')
  })

  it('prints as short a chain as a breadth-first search in a network where each user follows about 30 others and all follow one', async () => {
    const { run, db } = await world()
    fillWithUsers(db, 6000)
    // Each user follows up to 30 of the next 600 users in a ring, picked by SHA-256, and the first user.
    const bytes = (id: number) => [...createHash('sha256').update(String(id)).digest()].slice(0, 30)
    const rows = Array.from({ length: 6000 }, (_unused, index) =>
      bytes(index).map((byte, i) => `(${index + 1},${((index + 1 + byte + (i % 3) * 170) % 6000) + 1}),(${index + 1},1)`),
    ).flat()
    execute(db, `INSERT INTO followers VALUES ${rows.join()} ON CONFLICT DO NOTHING`.replaceAll(',(1,1)', ''))
    for (const target of [2, 300, 1500, 4000, 6000]) {
      const [{ depth = 0 } = {}] = query<{ depth: number }>(
        db,
        `WITH RECURSIVE walk(id, depth) AS (SELECT CAST(3000 AS bigint), 0 UNION SELECT followed_id, depth + 1 FROM walk JOIN followers ON follower_id = id WHERE depth < 20)
         SELECT depth FROM walk WHERE id = ${target} LIMIT 1`,
      )
      const { code, stdout } = await run(`path user02999 user0${String(target - 1).padStart(4, '0')}`)
      expect({ code, length: stdout.split('\n').length - 2 }).toEqual({ code: 0, length: depth })
    }
  })
})

describe('stats', () => {
  it('prints counts, the most followed users and the distribution of followers', async () => {
    const { run } = await circle()
    await run('post alice hi')
    expect((await run('stats')).stdout).toBe(
      'users\t6\nposts\t1\nfollows\t8\nmost_followed\tcarol:2 dan:2 alice:1 bob:1 erin:1 frank:1\ndistribution\t0:0 1:4 2-3:2\n',
    )
    expect((await run('stats --fields follows')).stdout).toBe('8\n')
    expect(JSON.parse((await run('stats --json')).stdout)).toMatchObject({ users: 6, distribution: [{}, { from: 1, to: 1, users: 4 }, {}] })
  })

  it('prints the distribution as bars that do not touch on a terminal', async () => {
    const { run } = await circle()
    const { stdout } = await run('stats', { terminal: true, columns: 40, env: { NO_COLOR: '1' } })
    expect(stdout).toContain('follows        8\n')
    expect(stdout).toContain(`  1  ${'━'.repeat(32)} 4\n`)
    expect(stdout).toContain(`2-3  ${'━'.repeat(16)} 2\n`)
  })
})
