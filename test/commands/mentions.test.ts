import { describe, expect, it } from 'vitest'
import { world } from '../support/run.ts'

describe('mentions', () => {
  it('lists the posts that name the user as a whole name, newest first', async () => {
    const { run } = await world('alice', 'alice.b')
    const bodies = ['@alice hi', 'hi (@Alice), you', 'ask @alice.', 'not @alicex', 'not @alice.b', 'me@alice.com', 'alice', 'and @alice!']
    for (const body of bodies) await run(['post', 'alice', body])
    expect((await run('mentions alice --fields body')).stdout).toBe('and @alice!\nask @alice.\nhi (@Alice), you\n@alice hi\n')
    expect((await run('mentions alice.b --fields body')).stdout).toBe('not @alice.b\n')
    expect((await run('mentions alice --count')).stdout).toBe('4\n')
  })

  it('takes the end of a name for a part of it', async () => {
    const { run } = await world('alice', 'alice-')
    for (const body of ['@alice hi', '@alice- hi']) await run(['post', 'alice', body])
    expect((await run(['mentions', 'alice-', '--fields', 'body'])).stdout).toBe('@alice- hi\n')
  })

  it('shows 20 unless told otherwise, and says so', async () => {
    const { run } = await world('alice')
    for (let post = 0; post < 21; post++) await run(['post', 'alice', `@alice ${post}`])
    const { stdout, stderr } = await run('mentions alice --fields id')
    expect({ count: stdout.split('\n').length - 1, stderr }).toEqual({ count: 20, stderr: expect.stringContaining('showing 20 posts') })
  })

  it('exits 3 for an unknown user', async () => {
    const { run } = await world('alice')
    expect((await run('mentions bob')).code).toBe(3)
  })
})
