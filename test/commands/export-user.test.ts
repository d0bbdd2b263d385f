import { describe, expect, it } from 'vitest'
import { type Run, world } from '../support/run.ts'

/** alice follows u1 … u300, who all follow her; u1 follows u2. */
async function network(): Promise<Run> {
  const { run } = await world('alice')
  const follows = Array.from({ length: 300 }, (_, n) => `alice\tu${n + 1}\nu${n + 1}\talice\n`).join('')
  expect((await run('import - --create-users', { stdin: `${follows}u1\tu2\n` })).code).toBe(0)
  await run('post alice hello')
  await run('post u1 hi')
  await run('user edit alice --email alice@example.com')
  return run
}

describe('export follows', () => {
  it.each(['plain', 'json'])('writes each of thousands once, without a gap, as %s', async (format) => {
    const { run } = await world('star')
    const names = Array.from({ length: 5000 }, (_, n) => `u${n}`)
    await run('import - --create-users', { stdin: names.map((name) => `${name}\tstar\n`).join('') })
    const rows = names.map((name) => (format === 'plain' ? `${name}\tstar\n` : `{"follower":"${name}","followed":"star"}`))
    const expected = format === 'plain' ? rows.join('') : `[\n  ${rows.join(',\n  ')}\n]\n`
    expect((await run(`export follows --format ${format}`)).stdout).toBe(expected)
  })
})

describe('export --user', () => {
  it('writes the follows from and to the user, in the order of the whole export', async () => {
    const run = await network()
    const all = (await run('export follows --format plain')).stdout.split('\n')
    expect(all).toHaveLength(602)
    expect((await run('export follows --user @Alice --format plain')).stdout.split('\n')).toEqual(all.filter((line) => line !== 'u1\tu2'))
    expect((await run('export follows --user u1 --format plain')).stdout).toBe('alice\tu1\nu1\talice\nu1\tu2\n')
  })

  it('writes the posts of the user', async () => {
    const run = await network()
    expect((await run('export posts --user alice --format csv')).stdout).toMatch(/^username,timestamp,body\r\nalice,.*,hello\r\n$/)
  })

  it('writes the record of the user', async () => {
    const run = await network()
    expect((await run('export users --user alice')).stdout).toBe('username\temail\nalice\talice@example.com\n')
  })

  it('writes a graph of the user and those around', async () => {
    const run = await network()
    const { stdout } = await run('export follows --user u2 --format graphml')
    expect(stdout.match(/(?<=<node id=")[^"]*/g)).toEqual(['alice', 'u1', 'u2'])
    expect(stdout.match(/(?<=<edge ).*(?=\/>)/g)).toEqual([
      'source="alice" target="u2"',
      'source="u1" target="u2"',
      'source="u2" target="alice"',
    ])
  })

  it('writes an empty export for a user without follows', async () => {
    const { run } = await world('alice')
    expect((await run('export follows --user alice --json')).stdout).toBe('[]\n')
  })

  it('exits 3 for an unknown user', async () => {
    const { run } = await world('alice')
    expect(await run('export follows --user alcie')).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: no user named "alcie"\n  did you mean "alice"?\n',
    })
  })
})
