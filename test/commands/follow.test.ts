import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { query } from '../support/database.ts'
import { emptyWorld, server, world } from '../support/run.ts'

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

  it('ticks off only what happened', async () => {
    const { run } = await world('alice', 'bob', 'carol')
    await run('follow alice bob')
    const plain = { terminal: true, env: { NO_COLOR: '1' } }
    expect((await run('follow alice bob carol', plain)).stdout).toBe('alice already follows bob\n✓ alice now follows carol\n')
    expect((await run('unfollow bob alice', plain)).stdout).toBe('bob was not following alice\n')
    expect((await run('unfollow alice bob --dry-run', plain)).stdout).toBe('alice no longer follows bob\n')
  })

  it('adds no row for the opposite direction', async () => {
    const { run, db } = await world('alice', 'bob')
    await run('follow alice bob')
    expect(query(db, 'SELECT * FROM followers')).toEqual([{ follower_id: 1, followed_id: 2 }])
  })

  it('ignores the case of names and prints them as registered', async () => {
    const { run } = await world('Alice', 'BOB')
    expect((await run('follow aLICE bob')).stdout).toBe('Alice now follows BOB\n')
  })

  it('ignores a leading @ on both names', async () => {
    const { run } = await world('alice', 'bob')
    expect((await run('follow @alice @bob')).stdout).toBe('alice now follows bob\n')
  })

  it('follows once when a target is given twice', async () => {
    const { run } = await world('alice', 'bob')
    expect((await run('follow alice bob @BOB')).stdout).toBe('alice now follows bob\n')
  })

  it('refuses to make alice follow herself', async () => {
    const { run } = await world('alice')
    expect(await run('follow alice Alice')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: alice cannot follow themselves\n  name other users only\n',
    })
  })

  it('writes nothing when one of the targets is alice herself', async () => {
    const { run } = await world('alice', 'bob')
    await run('follow alice bob alice')
    expect((await run('following alice')).stdout).toBe('')
  })

  it('lists every unknown target', async () => {
    const { run } = await world('alice', 'bob')
    expect(await run('follow alice zed bob yan')).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: 2 users do not exist: nothing was changed\n  no user named "zed"\n  no user named "yan"\n',
    })
  })

  it('follows the other targets with -k when one is alice herself', async () => {
    const { run } = await world('alice', 'bob')
    expect(await run('follow alice alice bob -k')).toEqual({
      code: 1,
      stdout: 'alice now follows bob\n',
      stderr: 'error: alice cannot follow themselves\n  name other users only\n',
    })
  })

  it('exits 3 even with -k when the follower is unknown', async () => {
    const { run } = await world('bob')
    expect((await run('follow zed bob -k')).code).toBe(3)
  })

  it.skipIf(server)('closes the database after an error too, so that no log is left beside it', async () => {
    const { folder, run } = await world('alice')
    await run('follow alice zed')
    expect(readdirSync(folder)).toEqual(['microblog.db'])
  })

  it('exits 2 without a target', async () => {
    const { run } = await world('alice')
    expect(await run('follow alice')).toEqual({
      code: 2,
      stdout: '',
      stderr: "error: missing required argument 'target'\n  usage:  microblog follow <user> <target...>\n  see:  microblog help follow\n",
    })
  })

  it('does not create a database', async () => {
    const { run, db } = emptyWorld()
    expect(await run('follow alice bob')).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: no database at ${db}\n  create it:  microblog db upgrade\n`,
    })
  })
})

describe('follow -', () => {
  it('reads targets from standard input', async () => {
    const { run } = await world('alice', 'bob', 'carol')
    expect((await run('follow alice -', { stdin: 'bob\ncarol\n' })).stdout).toBe('alice now follows bob\nalice now follows carol\n')
  })

  it('tolerates a byte order mark, CRLF, @, blank lines, repeats and a missing last newline', async () => {
    const { run } = await world('alice', 'bob', 'carol')
    const stdin = '\uFEFFbob\r\n\r\n  \n@BOB\r\n@carol'
    expect(await run('follow alice -', { stdin })).toEqual({
      code: 0,
      stdout: 'alice now follows bob\nalice now follows carol\n',
      stderr: '',
    })
  })

  it('exits 0 without a change when standard input is empty', async () => {
    const { run } = await world('alice')
    expect(await run('follow alice -')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('reads names that end in NUL with -0', async () => {
    const { run } = await world('alice', 'bob', 'carol')
    expect((await run('follow alice - -0', { stdin: 'bob\0carol\0' })).stdout).toBe('alice now follows bob\nalice now follows carol\n')
  })

  it('combines targets from arguments and from standard input', async () => {
    const { run } = await world('alice', 'bob', 'carol')
    expect((await run('follow alice carol -', { stdin: 'bob\ncarol\n' })).stdout).toBe('alice now follows carol\nalice now follows bob\n')
  })

  it("skips the user's own name and prints a note", async () => {
    const { run } = await world('alice', 'bob')
    expect(await run('follow alice -', { stdin: 'alice\nbob\n' })).toEqual({
      code: 0,
      stdout: 'alice now follows bob\n',
      stderr: 'line 1: skipped alice: nobody can follow themselves\n',
    })
  })

  it('prints the line number of an unknown user and writes nothing', async () => {
    const { run } = await world('alice', 'bob')
    expect(await run('follow alice -', { stdin: 'bob\nzed\n' })).toMatchObject({ code: 3, stderr: 'error: line 2: no user named "zed"\n' })
    expect((await run('following alice')).stdout).toBe('')
  })

  it('refuses - given twice', async () => {
    const { run } = await world('alice', 'bob')
    expect((await run('follow alice - -', { stdin: 'bob\n' })).code).toBe(2)
  })

  it('does not read standard input without -', async () => {
    const { run } = await world('alice', 'bob')
    // biome-ignore lint/correctness/useYield: the generator must never run
    const neverRead = (async function* (): AsyncGenerator<Uint8Array> {
      throw new Error('standard input was read')
    })()
    expect((await run('follow alice bob', { stdin: neverRead })).code).toBe(0)
  })

  it.each([
    ['a NUL', 'bob\nca\0rol\n', 'line 2: contains a NUL character'],
    ['bytes that are not UTF-8', Buffer.from([0x62, 0x0a, 0xff, 0x0a]), 'line 2: not valid UTF-8'],
    ['a line longer than 1 MiB', `bob\n${'x'.repeat(1024 * 1024 + 1)}\n`, 'line 2: longer than 1 MiB'],
  ])('refuses %s and prints the line number', async (_what, stdin, message) => {
    const { run } = await world('alice', 'bob')
    const { code, stderr } = await run('follow alice -', { stdin })
    expect(code).toBe(1)
    expect(stderr).toContain(`error: ${message}`)
  })

  it('does not match a non-ASCII letter whose lower case is ASCII', async () => {
    const { run } = await world('alice', 'k')
    // The lower case of the Kelvin sign, U+212A, is k.
    expect(await run('follow alice -', { stdin: 'k\n\u212a\n' })).toMatchObject({ code: 3, stdout: '' })
  })

  it('follows a thousand targets in one transaction', async () => {
    const { run } = await world('alice')
    const stdin = Array.from({ length: 1000 }, (_, i) => `u${i}\n`).join('')
    await run('user add - -q', { stdin })
    expect((await run('follow alice -', { stdin })).stdout.split('\n')).toHaveLength(1001)
    expect((await run('following alice --count')).stdout).toBe('1000\n')
  })
})
