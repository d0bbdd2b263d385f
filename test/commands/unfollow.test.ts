import { describe, expect, it } from 'vitest'
import { world } from '../support/run.ts'

async function followingWorld() {
  const made = await world('alice', 'bob', 'carol')
  await made.run('follow alice bob carol -q')
  return made
}

describe('unfollow', () => {
  it('makes the user stop following each target', async () => {
    const { run } = await followingWorld()
    expect(await run('unfollow alice bob carol')).toEqual({
      code: 0,
      stdout: 'alice no longer follows bob\nalice no longer follows carol\n',
      stderr: '',
    })
    expect((await run('following alice')).stdout).toBe('')
  })

  it('prints a note when the user was not following the target', async () => {
    const { run } = await followingWorld()
    expect(await run('unfollow bob alice')).toEqual({ code: 0, stdout: 'bob was not following alice\n', stderr: '' })
  })

  it('keeps the follow in the opposite direction', async () => {
    const { run } = await followingWorld()
    await run('follow bob alice')
    await run('unfollow alice bob')
    expect((await run('followers alice')).stdout).toBe('bob\n')
  })

  it('reads targets from standard input', async () => {
    const { run } = await followingWorld()
    await run('unfollow alice -', { stdin: '@bob\r\n' })
    expect((await run('following alice')).stdout).toBe('carol\n')
  })
})
