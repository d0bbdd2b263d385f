import { describe, expect, it } from 'vitest'
import { query } from '../../support/database.ts'
import { world } from '../../support/run.ts'

describe('user edit', () => {
  it('renames the user and prints the new name', async () => {
    const { run } = await world('alice')
    expect(await run('user edit alice --username alicia')).toEqual({ code: 0, stdout: 'alicia\n', stderr: '' })
    expect((await run('users')).stdout).toBe('alicia\n')
  })

  it('keeps the follows of a renamed user', async () => {
    const { run } = await world('alice', 'bob')
    await run('follow bob alice')
    await run('user edit alice --username alicia')
    expect((await run('following bob')).stdout).toBe('alicia\n')
  })

  it('lets users change the case of their own name', async () => {
    const { run } = await world('alice')
    expect(await run('user edit alice --username Alice')).toMatchObject({ code: 0, stdout: 'Alice\n' })
  })

  it('ignores a leading @ on both names', async () => {
    const { run } = await world('alice')
    expect((await run('user edit @alice --username @alicia')).stdout).toBe('alicia\n')
  })

  it('refuses a name that another user has, whatever its case', async () => {
    const { run } = await world('alice', 'bob')
    expect(await run('user edit alice --username BOB')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: the username "bob" is taken\n  see whose it is:  microblog user show bob\n',
    })
  })

  it('refuses an invalid name and prints the rule', async () => {
    const { run } = await world('alice')
    expect(await run(['user', 'edit', 'alice', '--username', 'a b'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a username is 1 to 64 of'),
    })
  })

  it('sets the email address', async () => {
    const { run } = await world('alice')
    await run('user edit alice --email a@b')
    expect((await run('user show alice --fields email')).stdout).toBe('a@b\n')
  })

  it('removes the email address with an empty --email', async () => {
    const { run, db } = await world()
    await run('user add alice --email a@b')
    await run(['user', 'edit', 'alice', '--email', ''])
    expect(query(db, 'SELECT email FROM users')).toEqual([{ email: null }])
  })

  it("refuses another user's address and accepts the user's own", async () => {
    const { run } = await world('bob')
    await run('user add alice --email a@b')
    expect((await run('user edit bob --email A@B')).code).toBe(1)
    expect((await run('user edit alice --email A@B')).code).toBe(0)
  })

  it('sets the password and nothing else', async () => {
    const { run } = await world()
    await run('user add alice --email a@b')
    await run('user edit alice --password-stdin', { stdin: 'new' })
    expect((await run('user check alice --password-stdin', { stdin: 'new' })).code).toBe(0)
    expect((await run('user show alice --fields username,email')).stdout).toBe('username\talice\nemail\ta@b\n')
  })

  it('changes nothing when one of the changes is refused', async () => {
    const { run } = await world('alice', 'bob')
    expect((await run('user edit alice --email a@b --username bob')).code).toBe(1)
    expect((await run('user show alice --fields email')).stdout).toBe('\n')
  })

  it('exits 2 when there is nothing to change', async () => {
    const { run } = await world('alice')
    expect((await run('user edit alice')).code).toBe(2)
  })

  it('exits 3 for an unknown user', async () => {
    const { run } = await world('alice')
    expect(await run('user edit alicf --username x')).toMatchObject({ code: 3, stderr: expect.stringContaining('did you mean "alice"?') })
  })

  it('does not prompt without a terminal', async () => {
    const { run } = await world('alice')
    expect((await run('user edit alice --username x')).stderr).toBe('')
  })
})
