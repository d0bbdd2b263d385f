import { describe, expect, it } from 'vitest'
import { world } from '../../support/run.ts'
import { spyOnScrypt } from '../../support/scrypt.ts'

async function withPassword() {
  const made = await world('bob')
  await made.run('user add alice --password-stdin', { stdin: 'secret\n' })
  return made
}

describe('user check', () => {
  it('exits 0 without output for the right password', async () => {
    const { run } = await withPassword()
    expect(await run('user check alice --password-stdin', { stdin: 'secret\n' })).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it.each([
    ['a wrong password', 'alice', 'Secret'],
    ['a user without a password', 'bob', 'secret'],
    ['an unknown user', 'zed', 'secret'],
  ])('exits 1 without output for %s, having computed one hash', async (_what, user, password) => {
    const { run } = await withPassword()
    const hashing = spyOnScrypt()
    expect(await run(`user check ${user} --password-stdin`, { stdin: password })).toEqual({ code: 1, stdout: '', stderr: '' })
    expect(hashing).toHaveBeenCalledTimes(1)
  })

  it('prints the same on a terminal for a wrong password and an unknown user', async () => {
    const { run } = await withPassword()
    const wrong = await run('user check alice --password-stdin', { stdin: 'x', terminal: true })
    expect(await run('user check zed --password-stdin', { stdin: 'x', terminal: true })).toEqual(wrong)
  })

  it('reads only the first line, ended by LF or CRLF', async () => {
    const { run } = await withPassword()
    expect((await run('user check alice --password-stdin', { stdin: 'secret\r\nmore\n' })).code).toBe(0)
  })

  it('accepts a password in another Unicode normalization form', async () => {
    const { run } = await world()
    await run('user add alice --password-stdin', { stdin: 'caf\u00e9' })
    expect((await run('user check alice --password-stdin', { stdin: 'cafe\u0301' })).code).toBe(0)
  })

  it('exits 2 without --password-stdin', async () => {
    const { run } = await withPassword()
    expect(await run('user check alice', { stdin: 'secret' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--password-stdin'),
    })
  })

  it('exits 2 when standard input is empty', async () => {
    const { run } = await withPassword()
    expect((await run('user check alice --password-stdin')).code).toBe(2)
  })

  it('does not suggest --null when a password contains a NUL', async () => {
    const { run } = await withPassword()
    const { code, stderr } = await run('user check alice --password-stdin', { stdin: 'sec\0ret' })
    expect(code).toBe(4)
    expect(stderr).not.toContain('--null')
  })
})
