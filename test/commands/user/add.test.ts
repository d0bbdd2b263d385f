import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { query } from '../../support/database.ts'
import { emptyWorld, world } from '../../support/run.ts'

const rule = 'a username is 1 to 64 of A-Z a-z 0-9 _ . - and does not start with - or .'

describe('user add', () => {
  it('creates users and prints their names', async () => {
    const { run } = await world()
    expect(await run('user add alice bob')).toEqual({ code: 0, stdout: 'alice\nbob\n', stderr: '' })
    expect((await run('users')).stdout).toBe('alice\nbob\n')
  })

  it('assigns ids in the order of the names', async () => {
    const { run, db } = await world()
    await run('user add zoe adam')
    expect(query(db, 'SELECT id, username FROM users ORDER BY id')).toEqual([
      { id: 1, username: 'zoe' },
      { id: 2, username: 'adam' },
    ])
  })

  it('ignores a leading @', async () => {
    const { run } = await world()
    expect((await run('user add @alice')).stdout).toBe('alice\n')
  })

  it.each(['a', '0', '_x', 'a.b-c_d', 'A'.repeat(64)])('accepts the username %s', async (name) => {
    const { run } = await world()
    expect((await run(['user', 'add', name])).code).toBe(0)
  })

  it.each(['@', '.a', 'a b', "D'angelo", 'é', 'a\n', '@@a', 'a'.repeat(65), '\u212a', 'a/b', '*'])(
    'refuses the username %j with the rule',
    async (name) => {
      const { run } = await world()
      const { code, stderr } = await run(['user', 'add', '--', name])
      expect(code).toBe(1)
      expect(stderr).toMatch(/^error: .* is not a username\n/)
      expect(stderr).toContain(`\n  ${rule}\n`)
    },
  )

  it('refuses a name that starts with a hyphen', async () => {
    const { run } = await world()
    expect(await run('user add -- -a')).toMatchObject({ code: 1, stderr: `error: "-a" is not a username\n  ${rule}\n` })
  })

  it('quotes a lone @ as it was typed', async () => {
    const { run } = await world()
    expect((await run('user add @')).stderr).toBe(`error: "@" is not a username\n  ${rule}\n`)
  })

  it('quotes a refused name as it was typed, with unsafe characters escaped', async () => {
    const { run } = await world()
    expect((await run(['user', 'add', 'a\u001b[31m"b\\c\u009b'])).stderr).toBe(
      `error: "a\\u{1b}[31m"b\\c\\u{9b}" is not a username\n  ${rule}\n`,
    )
  })

  it('refuses a name that is taken, whatever its case', async () => {
    const { run } = await world('alice')
    expect(await run('user add ALICE')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: the username "ALICE" is taken\n  see whose it is:  microblog user show ALICE\n',
    })
  })

  it('adds no users when one name is refused', async () => {
    const { run } = await world('alice')
    expect(await run('user add bob alice')).toMatchObject({ code: 1, stdout: '' })
    expect((await run('users')).stdout).toBe('alice\n')
  })

  it('lists every refused name and prints the rule once', async () => {
    const { run } = await world()
    expect(await run('user add a/b bob c/d')).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: 2 usernames were refused: no user was added\n  "a/b" is not a username\n  "c/d" is not a username\n  ${rule}\n`,
    })
  })

  it('adds the other users with -k, and exits 1', async () => {
    const { run } = await world('alice')
    expect(await run('user add bob alice carol -k')).toEqual({
      code: 1,
      stdout: 'bob\ncarol\n',
      stderr: 'error: the username "alice" is taken\n  see whose it is:  microblog user show alice\n',
    })
    expect((await run('users')).stdout).toBe('alice\nbob\ncarol\n')
  })

  it('exits 0 with -k when nothing is refused', async () => {
    const { run } = await world()
    expect((await run('user add bob -k')).code).toBe(0)
  })

  it('reads names from standard input', async () => {
    const { run } = await world()
    const stdin = '\uFEFFalice\r\n\n@bob\nALICE\n'
    expect(await run('user add -', { stdin })).toEqual({ code: 0, stdout: 'alice\nbob\n', stderr: '' })
  })

  it('prints the line number of a refused name', async () => {
    const { run } = await world()
    const { code, stdout, stderr } = await run('user add - -k', { stdin: "alice\nD'angelo\nbob\n" })
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'alice\nbob\n' })
    expect(stderr).toBe(`error: line 2: "D'angelo" is not a username\n  ${rule}\n`)
  })

  it('reports a refused name that lower-cases to an earlier name', async () => {
    const { run } = await world()
    expect((await run('user add - -k', { stdin: 'k\n\u212a\n' })).stderr).toContain('line 2: "\u212a" is not a username')
  })

  it('does not prompt without a terminal', async () => {
    const { run, db } = await world()
    await run('user add alice')
    expect(query(db, 'SELECT email, password_hash FROM users')).toEqual([{ email: null, password_hash: null }])
  })

  it('exits 4 without a database', async () => {
    const { run } = emptyWorld()
    expect((await run('user add alice')).code).toBe(4)
  })

  it('exits 2 without a name', async () => {
    const { run } = await world()
    expect((await run('user add')).code).toBe(2)
  })

  it('stores every valid name unchanged', async () => {
    const { run } = await world()
    const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/)
    const names = fc.sample(fc.uniqueArray(name, { minLength: 50, maxLength: 50, selector: (text) => text.toLowerCase() }), 1)[0] ?? []
    await run('user add - -q', { stdin: names.join('\n') })
    expect((await run('users --sort id')).stdout).toBe(`${names.join('\n')}\n`)
  })
})

describe('user add --email', () => {
  it('stores the address unchanged', async () => {
    const { run } = await world()
    await run('user add alice --email Alice@Example.com')
    expect((await run('user show alice --fields email')).stdout).toBe('Alice@Example.com\n')
  })

  it('refuses an address that another user has, whatever its case', async () => {
    const { run } = await world()
    await run('user add alice --email a@example.com')
    expect(await run('user add bob --email A@EXAMPLE.COM')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: the email address A@EXAMPLE.COM belongs to alice\n  see whose it is:  microblog user show alice\n',
    })
    expect((await run('users')).stdout).toBe('alice\n')
  })

  it('limits the address to 120 code points', async () => {
    const { run } = await world()
    expect((await run(['user', 'add', 'alice', '--email', `${'😀'.repeat(118)}@b`])).code).toBe(0)
    expect((await run(['user', 'add', 'bob', '--email', `${'😀'.repeat(119)}@b`])).code).toBe(1)
  })

  it.each(['', 'alice', '@b', 'a@', 'a b@c', 'a@b@c', 'a\u001b@b', 'a\u202e@b', `${'a'.repeat(119)}@b`])(
    'refuses the address %j',
    async (email) => {
      const { run } = await world()
      expect(await run(['user', 'add', 'alice', '--email', email])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('is not an email address'),
      })
    },
  )

  it.each(['user add alice bob --email a@b', 'user add - --email a@b', 'user add - --password-stdin'])(
    'exits 2 when the option could apply to several users: %s',
    async (line) => {
      const { run } = await world()
      expect((await run(line)).code).toBe(2)
    },
  )
})

describe('user add --password-stdin', () => {
  it('sets the password', async () => {
    const { run } = await world()
    await run('user add alice --password-stdin', { stdin: 'pass phrase \n' })
    expect((await run('user check alice --password-stdin', { stdin: 'pass phrase \n' })).code).toBe(0)
  })

  it('exits 2 and adds no user when standard input is empty', async () => {
    const { run } = await world()
    expect((await run('user add alice --password-stdin')).code).toBe(2)
    expect((await run('users')).stdout).toBe('')
  })

  it('rejects --password without printing its value', async () => {
    const { run } = await world()
    const { code, stderr } = await run('user add alice --password=hunter2')
    expect(code).toBe(2)
    expect(stderr).not.toContain('hunter2')
  })
})
