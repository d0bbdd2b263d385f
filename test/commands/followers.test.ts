import { describe, expect, it } from 'vitest'
import { execute, fillWithUsers } from '../support/database.ts'
import { world } from '../support/run.ts'

/** bob and carol follow alice, who follows bob and dan; carol follows bob too. */
async function circle() {
  const made = await world('carol', 'bob', 'alice', 'dan')
  for (const line of ['follow bob alice', 'follow carol alice bob', 'follow alice bob dan']) await made.run(line)
  return made
}

describe('followers', () => {
  it('lists the followers of a user by name, one per line', async () => {
    const { run } = await circle()
    expect(await run('followers alice')).toEqual({ code: 0, stdout: 'bob\ncarol\n', stderr: '' })
  })

  it.each([
    ['--mutual', 'bob\n'],
    ['--not-mutual', 'carol\n'],
    ['--and bob', 'carol\n'],
    ['--not bob', 'bob\n'],
    ['--not bob --mutual', 'bob\n'],
    ['--and bob --not bob', ''],
    ['--and bob --and dan', ''],
    ['--not bob --not dan', 'bob\n'],
    ['--and @BOB', 'carol\n'],
  ])('filters the list with %s', async (options, names) => {
    const { run } = await circle()
    expect(await run(`followers alice ${options}`)).toEqual({ code: 0, stdout: names, stderr: '' })
  })

  it('counts the filtered list', async () => {
    const { run } = await circle()
    expect((await run('followers alice --mutual --count')).stdout).toBe('1\n')
  })

  it('refuses --mutual with --not-mutual', async () => {
    const { run } = await circle()
    expect(await run('followers alice --mutual --not-mutual')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: --mutual and --not-mutual contradict each other\n  leave one of them out\n',
    })
  })

  it('prints nothing to a pipe when the user has no followers', async () => {
    const { run } = await circle()
    expect(await run('followers carol')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('prints a message on a terminal when the user has no followers', async () => {
    const { run } = await circle()
    expect(await run('followers carol', { terminal: true })).toEqual({ code: 0, stdout: '', stderr: 'nobody follows carol yet\n' })
  })

  it('does not print "nobody follows" when options leave an empty list', async () => {
    const { run } = await circle()
    expect((await run('followers alice --and dan', { terminal: true })).stderr).not.toContain('nobody follows alice')
    expect((await run('followers alice --offset 10', { terminal: true })).stderr).not.toContain('nobody follows alice')
  })

  it.each(['followers zed', 'followers alice --and zed', 'followers alice --not zed'])('exits 3 for an unknown user: %s', async (line) => {
    const { run } = await circle()
    expect(await run(line)).toMatchObject({ code: 3, stdout: '' })
  })

  it('lists 100,000 followers in order without repeats, whole, reversed or limited', async () => {
    const { run, db } = await world('star')
    fillWithUsers(db, 100_500)
    execute(db, "INSERT INTO followers SELECT id, 1 FROM users WHERE id > 1 AND username <> 'user00007'")
    const names = Array.from({ length: 100_500 }, (_unused, index) => `user${String(index).padStart(5, '0')}\n`)
      .filter((name) => name !== 'user00007\n')
      .sort()
    expect((await run('followers star')).stdout).toBe(names.join(''))
    expect((await run('followers star -n 100400')).stdout).toBe(names.slice(0, 100_400).join(''))
    expect((await run('followers star -r')).stdout).toBe(names.toReversed().join(''))
    expect((await run('followers star -n 3')).stdout).toBe(names.slice(0, 3).join(''))
  })
})
