import { describe, expect, it } from 'vitest'
import { world } from '../support/run.ts'

const longest = '🎉'.repeat(140)

describe('post', () => {
  it('adds a post and prints its id', async () => {
    const { run } = await world('alice')
    expect(await run(['post', 'alice', 'hello, world'])).toEqual({ code: 0, stdout: '1\n', stderr: '' })
    expect(await run(['post', 'alice', 'again'], { terminal: true, env: { NO_COLOR: '1' } })).toMatchObject({
      stdout: '✓ Posted #2 as alice\n',
    })
  })

  it('joins words by blanks, as echo does', async () => {
    const { run } = await world('alice')
    await run(['post', 'alice', 'hello', '', 'again,', 'two  blanks'])
    expect((await run('posts alice --fields body')).stdout).toBe('hello  again, two  blanks\n')
  })

  it('reads the body from a pipe, with or without -, and drops only the final line end', async () => {
    const { run } = await world('alice')
    await run('post alice', { stdin: 'from a pipe\n' })
    await run('post alice -', { stdin: 'two\nlines\r\n' })
    const posts = JSON.parse((await run('posts alice --json')).stdout) as { body: string }[]
    expect(posts.map(({ body }) => body)).toEqual(['two\nlines', 'from a pipe'])
  })

  it('refuses a body that is empty, too long, not valid UTF-8 or contains a NUL, and writes nothing', async () => {
    const { run } = await world('alice')
    expect(await run(['post', 'alice', ''])).toMatchObject({ code: 1, stderr: 'error: a post cannot be empty\n' })
    expect(await run(['post', 'alice', `${longest}x`])).toMatchObject({
      code: 1,
      stderr: 'error: a post is at most 140 characters; this one has 141\n',
    })
    expect(await run('post alice', { stdin: 'a\0b' })).toMatchObject({ code: 1 })
    expect(await run('post alice', { stdin: new Uint8Array([0xff]) })).toMatchObject({ code: 1 })
    expect((await run('posts alice --count')).stdout).toBe('0\n')
  })

  it.each([' ', '\t\n ', '\u200b\u2060', '\u00a0\u3164\u2800', '\u{e0041}\ufe0f'])(
    'refuses a body in which nothing can be seen: %j',
    async (body) => {
      const { run } = await world('alice')
      expect(await run(['post', 'alice', body])).toEqual({ code: 1, stdout: '', stderr: 'error: a post cannot be blank\n' })
    },
  )

  it('notes a time that is far in the future', async () => {
    const { run } = await world('alice')
    expect(await run('post alice hi --at 2999-01-01')).toEqual({
      code: 0,
      stdout: '1\n',
      stderr: 'note: 2999-01-01T00:00:00.000Z is in the future: until then it is the newest post\n',
    })
    const soon = new Date(Date.now() + 3_600_000).toISOString()
    expect(await run(['post', 'alice', 'hi', '--at', soon])).toMatchObject({ code: 0, stderr: '' })
  })

  it('accepts 140 emoji, because it counts code points', async () => {
    const { run } = await world('alice')
    expect(await run(['post', 'alice', longest])).toMatchObject({ code: 0 })
  })

  it('accepts a time with a zone offset and stores it in UTC', async () => {
    const { run } = await world('alice')
    await run(['post', 'alice', 'hi', '--at', '2007-10-06 17:13:29 -0400'])
    expect((await run('posts alice')).stdout).toBe('1\t2007-10-06T21:13:29.000Z\talice\thi\n')
    expect(await run(['post', 'alice', 'hi', '--at', '2007-02-30'])).toMatchObject({ code: 2 })
  })

  it('exits 3 for an unknown user and suggests the nearest name', async () => {
    const { run } = await world('alice')
    expect(await run('post alcie hi')).toEqual({ code: 3, stdout: '', stderr: 'error: no user named "alcie"\n  did you mean "alice"?\n' })
  })
})

describe('show', () => {
  it.each(['1', '#1'])('prints the post %s', async (id) => {
    const { run } = await world('alice')
    await run(['post', 'alice', 'hello\tthere', '--at', '2026-01-02T03:04:05Z'])
    expect((await run(['show', id])).stdout).toBe('id\t1\ntimestamp\t2026-01-02T03:04:05.000Z\nusername\talice\nbody\thello\\tthere\n')
    expect((await run(['show', id, '--fields', 'body'])).stdout).toBe('hello\\tthere\n')
    expect((await run(['show', id, '--fields', 'body', '-0'])).stdout).toBe('hello\tthere\0')
    expect(JSON.parse((await run(['show', id, '--json'])).stdout)).toMatchObject({ id: 1, username: 'alice', body: 'hello\tthere' })
  })

  it('exits 3 if there is none', async () => {
    const { run } = await world('alice')
    expect(await run('show 7')).toEqual({ code: 3, stdout: '', stderr: 'error: no post 7\n' })
  })
})

describe('unpost', () => {
  it('deletes all posts or none, and the existing ones with -k', async () => {
    const { run } = await world('alice')
    for (const body of ['a', 'b', 'c']) await run(['post', 'alice', body])
    expect(await run('unpost 1 9')).toMatchObject({ code: 3, stderr: 'error: no post 9\n' })
    expect((await run('posts alice --count')).stdout).toBe('3\n')
    expect(await run('unpost -', { stdin: '1\n3\n' })).toEqual({ code: 0, stdout: '1\n3\n', stderr: '' })
    expect(await run('unpost -k 9 2')).toMatchObject({ code: 1, stdout: '2\n' })
  })

  it('accepts ids up to 2^53 - 1, written in digits', async () => {
    const { run } = await world()
    for (const id of ['x', '1.0', '1e3', '0x1', '9007199254740992']) expect(await run(['unpost', id])).toMatchObject({ code: 2 })
    expect(await run('unpost 9007199254740991')).toMatchObject({ code: 3 })
  })

  it('refuses an id that is written like a username', async () => {
    const { run } = await world('alice')
    await run('post alice hi')
    expect(await run('unpost @1')).toMatchObject({ code: 2, stderr: expect.stringContaining('"@1" is not the id of a post') })
    expect(await run(['unpost', ''])).toMatchObject({ code: 2, stderr: expect.stringContaining('"" is not the id of a post') })
  })

  it('does not reuse the id of a deleted post', async () => {
    const { run } = await world('alice')
    await run('post alice a')
    await run('unpost 1')
    expect((await run('post alice b')).stdout).toBe('2\n')
  })
})
