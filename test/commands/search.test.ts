import { describe, expect, it } from 'vitest'
import { world } from '../support/run.ts'

async function library() {
  const made = await world('alice', 'bob')
  await made.run(['post', 'alice', 'Coffee in the café, @bob?', '--at', '2026-01-01'])
  await made.run(['post', 'bob', 'no coffee: tea', '--at', '2026-01-02'])
  await made.run(['post', 'bob', "c++ isn't tea\u001b[31m", '--at', '2026-01-03'])
  const found = async (query: string, ...options: string[]) =>
    (await made.run(['search', query, '--fields', 'id', ...options])).stdout.split('\n').filter((line) => line !== '')
  return { ...made, found }
}

describe('search', () => {
  it('finds all of the words, newest first, without regard to case and accents', async () => {
    const { found } = await library()
    expect(await found('coffee')).toEqual(['2', '1'])
    expect(await found('COFFEE tea')).toEqual(['2'])
    expect(await found('cafe')).toEqual(['1'])
    expect(await found('coffee', '--user', 'alice')).toEqual(['1'])
    expect(await found('tea', '--since', '2026-01-03')).toEqual(['3'])
    expect(await found('coffee NOT tea')).toEqual(['1'])
    expect(await found('"in the"')).toEqual(['1'])
    expect(await found('caf*', '--count')).toEqual(['1'])
  })

  it.each([
    'c++',
    "isn't",
    '@bob',
    'bob?',
    'body:',
    'nosuch:tea',
    '"',
    '(',
    'AND',
    '*',
    '-',
    'NEAR(',
    'a "b',
    '^',
    "'; DROP TABLE posts; --",
    '\\',
  ])('never meets an SQL error: %s', async (query) => {
    const { run } = await library()
    expect(await run(['search', '--', query])).toMatchObject({ code: 0, stderr: '' })
  })

  it('reads what FTS5 does not understand as plain words', async () => {
    const { found } = await library()
    expect(await found('c++')).toEqual(['3'])
    expect(await found("isn't tea")).toEqual(['3'])
    expect(await found('@bob')).toEqual(['1'])
  })

  it('shows hits in bold on a terminal, and nothing that a post could do to it', async () => {
    const { run } = await library()
    expect((await run('search coffee --user alice', { terminal: true })).stdout).toContain(
      '\u001b[1mCoffee\u001b[22m in the café, \u001b[36m@bob',
    )
    expect((await run('search isnt', { terminal: true })).stderr).toBe('no post matches\n')
    expect((await run(['search', 'c++'], { terminal: true, env: { NO_COLOR: '1' } })).stdout).toContain("  c++ isn't tea\\u{1b}[31m\n")
  })

  it('keeps in step with posts that come, go and go with their author', async () => {
    const { run, found } = await library()
    await run('unpost 2')
    expect(await found('coffee')).toEqual(['1'])
    await run('user remove alice --yes')
    expect(await found('coffee')).toEqual([])
    await run(['post', 'bob', 'more coffee'])
    expect(await found('coffee')).toEqual(['4'])
  })

  it('goes through older posts when it is installed', async () => {
    const { run, found } = await library()
    await run('db downgrade 0003 --yes')
    expect(await run('db upgrade')).toMatchObject({ code: 0 })
    expect(await found('coffee')).toEqual(['2', '1'])
  })
})
