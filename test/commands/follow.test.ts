import { describe, expect, it } from 'vitest'
import { world } from '../support/run.ts'

describe('follow', () => {
  it('makes the user follow each target', async () => {
    const { run } = await world('alice', 'bob', 'carol')
    expect(await run('follow alice bob carol')).toEqual({ code: 0, stdout: 'alice now follows bob\nalice now follows carol\n', stderr: '' })
    expect((await run('following alice')).stdout).toBe('bob\ncarol\n')
  })

  it('leaves one row when alice follows bob twice', async () => {
    const { run } = await world('alice', 'bob')
    await run('follow alice bob')
    expect(await run('follow alice bob')).toEqual({ code: 0, stdout: 'alice already follows bob\n', stderr: '' })
    expect((await run('followers bob --count')).stdout).toBe('1\n')
  })
})
