import { describe, expect, it } from 'vitest'
import { world } from '../support/run.ts'

async function followingWorld() {
  const made = await world('alice', 'bob')
  await made.run('follow alice bob -q')
  return made
}

describe('is-following', () => {
  it('exits 0 without output when alice follows bob', async () => {
    const { run } = await followingWorld()
    expect(await run('is-following alice bob')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('exits 1 without output when bob does not follow alice', async () => {
    const { run } = await followingWorld()
    expect(await run('is-following bob alice')).toEqual({ code: 1, stdout: '', stderr: '' })
  })

  it('prints yes or no and a sentence on a terminal', async () => {
    const { run } = await followingWorld()
    expect((await run('is-following alice bob', { terminal: true })).stdout).toBe('yes: alice follows bob\n')
    expect((await run('is-following bob alice', { terminal: true })).stdout).toBe('no: bob does not follow alice\n')
  })

  it('exits 1 when both names are the same user', async () => {
    const { run } = await followingWorld()
    expect((await run('is-following alice alice')).code).toBe(1)
  })

  it.each(['is-following zed bob', 'is-following alice zed'])('exits 3 for an unknown user: %s', async (line) => {
    const { run } = await followingWorld()
    expect(await run(line)).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('no user named "zed"') })
  })

  it('exits 2 when given one name or three', async () => {
    const { run } = await followingWorld()
    expect((await run('is-following alice')).code).toBe(2)
    expect((await run('is-following alice bob carol')).code).toBe(2)
  })
})
