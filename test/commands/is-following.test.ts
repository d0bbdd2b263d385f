import { describe, expect, it } from 'vitest'
import { world } from '../support/run.ts'

async function followingWorld() {
  const made = await world('alice', 'bob')
  await made.run('follow alice bob -q')
  return made
}

describe('is-following', () => {
  it('answers yes with the exit code alone', async () => {
    const { run } = await followingWorld()
    expect(await run('is-following alice bob')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('answers no with the exit code alone', async () => {
    const { run } = await followingWorld()
    expect(await run('is-following bob alice')).toEqual({ code: 1, stdout: '', stderr: '' })
  })

  it('says so on a terminal', async () => {
    const { run } = await followingWorld()
    expect((await run('is-following alice bob', { terminal: true })).stdout).toBe('yes: alice follows bob\n')
    expect((await run('is-following bob alice', { terminal: true })).stdout).toBe('no: bob does not follow alice\n')
  })

  it('answers no for a user and themselves', async () => {
    const { run } = await followingWorld()
    expect((await run('is-following alice alice')).code).toBe(1)
  })

  it.each(['is-following zed bob', 'is-following alice zed'])('exits 3 for an unknown user: %s', async (line) => {
    const { run } = await followingWorld()
    expect(await run(line)).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('no user named "zed"') })
  })

  it('exits 2 with one name or with three', async () => {
    const { run } = await followingWorld()
    expect((await run('is-following alice')).code).toBe(2)
    expect((await run('is-following alice bob carol')).code).toBe(2)
  })
})
