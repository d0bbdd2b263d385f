import { describe, expect, it } from 'vitest'
import { execute, query } from '../../support/database.ts'
import { world } from '../../support/run.ts'

async function withPostAndFollows() {
  const made = await world('alice', 'bob', 'carol')
  await made.run('follow alice bob -q')
  await made.run('follow bob alice -q')
  execute(made.db, "INSERT INTO posts (body, timestamp, user_id) VALUES ('hi', '2026-01-02T03:04:05.678Z', 1)")
  return made
}

describe('user remove', () => {
  it('removes users and prints their names', async () => {
    const { run } = await world('alice', 'bob', 'carol')
    expect(await run('user remove alice Bob --yes')).toEqual({ code: 0, stdout: 'alice\nbob\n', stderr: '' })
    expect((await run('users')).stdout).toBe('carol\n')
  })

  it('does not give the id of the newest user to the next one', async () => {
    const { run } = await world('alice', 'bob')
    await run('user remove bob --yes')
    await run('user add mallory')
    expect((await run('user show mallory --fields id')).stdout).toBe('3\n')
  })

  it('has the alias rm', async () => {
    const { run } = await world('alice')
    expect((await run('user rm alice -y')).stdout).toBe('alice\n')
  })

  it('removes the posts and follows of the user too', async () => {
    const { run, db } = await withPostAndFollows()
    await run('user remove alice --yes')
    expect(query(db, 'SELECT (SELECT count(*) FROM posts) AS posts, (SELECT count(*) FROM followers) AS follows')).toEqual([
      { posts: 0, follows: 0 },
    ])
  })

  it('needs --yes without a terminal, and prints what would be lost', async () => {
    const { run } = await withPostAndFollows()
    expect(await run('user remove alice')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: this removes alice, with 1 post and 2 follows\n  not running interactively: confirm with --yes\n',
    })
    expect((await run('users')).stdout).toBe('alice\nbob\ncarol\n')
  })

  it('counts a follow between two removed users once', async () => {
    const { run } = await withPostAndFollows()
    expect((await run('user remove alice bob')).stderr).toContain('this removes alice, bob, with 1 post and 2 follows')
  })

  it('reads names from standard input', async () => {
    const { run } = await world('alice', 'bob')
    expect((await run('user remove - --yes', { stdin: '@alice\r\nbob\n' })).stdout).toBe('alice\nbob\n')
  })

  it('reads names that end in NUL with -0', async () => {
    const { run } = await world('alice', 'bob')
    expect((await run('user remove - --yes -0', { stdin: 'alice\0bob\0' })).stdout).toBe('alice\nbob\n')
  })

  it('neither prompts nor removes users with --dry-run', async () => {
    const { run } = await world('alice')
    expect(await run('user remove alice --dry-run')).toEqual({ code: 0, stdout: 'alice\n', stderr: 'dry run: nothing was changed\n' })
    expect((await run('users')).stdout).toBe('alice\n')
  })

  it('exits 0 without a change when standard input is empty', async () => {
    const { run } = await world('alice')
    expect(await run('user remove -')).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})
