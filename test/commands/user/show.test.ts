import { describe, expect, it } from 'vitest'
import { execute } from '../../support/database.ts'
import { world } from '../../support/run.ts'

async function withProfile() {
  const made = await world('bob', 'carol')
  await made.run('user add alice --email a@example.com')
  execute(made.db, "UPDATE users SET password_hash = '$scrypt$x' WHERE username = 'alice'")
  for (const line of ['follow bob alice', 'follow carol alice', 'follow alice bob']) await made.run(line)
  execute(made.db, "INSERT INTO posts (body, timestamp, user_id) VALUES ('hi', '2026-01-02T03:04:05.678Z', 3)")
  return made
}

describe('user show', () => {
  it('prints the profile and counts as lines of key and value', async () => {
    const { run } = await withProfile()
    expect(await run('user show alice')).toEqual({
      code: 0,
      stdout: 'id\t3\nusername\talice\nemail\ta@example.com\nfollowers\t2\nfollowing\t1\nposts\t1\n',
      stderr: '',
    })
  })

  it('aligns keys and values on a terminal', async () => {
    const { run } = await withProfile()
    const { stdout } = await run('user show alice', { terminal: true, env: { NO_COLOR: '1' } })
    expect(stdout).toBe('id         3\nusername   alice\nemail      a@example.com\nfollowers  2\nfollowing  1\nposts      1\n')
  })

  it('prints one object as JSON', async () => {
    const { run } = await withProfile()
    expect(JSON.parse((await run('user show @ALICE --json')).stdout)).toEqual({
      id: 3,
      username: 'alice',
      email: 'a@example.com',
      followers: 2,
      following: 1,
      posts: 1,
    })
  })

  it('prints a single field without its key', async () => {
    const { run } = await withProfile()
    expect((await run('user show alice --fields followers')).stdout).toBe('2\n')
  })

  it('prints the chosen fields in the order given', async () => {
    const { run } = await withProfile()
    expect((await run('user show alice --fields posts,username --format csv')).stdout).toBe('posts,username\r\n1,alice\r\n')
  })

  it.each(['plain', 'tsv', 'csv', 'json', 'ndjson', 'table'])('never shows the password hash as %s', async (format) => {
    const { run } = await withProfile()
    expect((await run(`user show alice --format ${format}`)).stdout).not.toMatch(/scrypt|password/)
    expect((await run(`user show alice --format ${format} --fields password_hash`)).code).toBe(2)
  })

  it('exits 3 for an unknown user and suggests the nearest name', async () => {
    const { run } = await withProfile()
    expect(await run('user show alcie')).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: no user named "alcie"\n  did you mean "alice"?\n',
    })
  })
})
