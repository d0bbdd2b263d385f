import { describe, expect, it } from 'vitest'
import { world } from '../support/run.ts'

/** alice follows bob, carol and dan; bob follows alice and carol; dan follows carol. */
async function circle() {
  const made = await world('dan', 'carol', 'bob', 'alice')
  for (const line of ['follow alice bob carol dan', 'follow bob alice carol', 'follow dan carol']) await made.run(line)
  return made
}

describe('following', () => {
  it('lists the users that a user follows by name, one per line', async () => {
    const { run } = await circle()
    expect(await run('following alice')).toEqual({ code: 0, stdout: 'bob\ncarol\ndan\n', stderr: '' })
  })

  it('has the alias followed', async () => {
    const { run } = await circle()
    expect((await run('followed alice')).stdout).toBe('bob\ncarol\ndan\n')
  })

  it.each([
    ['--mutual', 'bob\n'],
    ['--not-mutual', 'carol\ndan\n'],
    ['--and bob', 'carol\n'],
    ['--not bob', 'bob\ndan\n'],
    ['--and bob --and dan', 'carol\n'],
    ['--not-mutual --not bob', 'dan\n'],
  ])('filters the list with %s', async (options, names) => {
    const { run } = await circle()
    expect((await run(`following alice ${options}`)).stdout).toBe(names)
  })

  it('prints a message on a terminal when the user follows nobody', async () => {
    const { run } = await circle()
    expect(await run('following carol', { terminal: true })).toEqual({ code: 0, stdout: '', stderr: 'carol follows nobody yet\n' })
  })
})
