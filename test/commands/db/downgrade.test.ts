import { describe, expect, it } from 'vitest'
import { query } from '../../support/database.ts'
import { firstMigrations, migration, migrationFolder, nextId, shippedMigrations } from '../../support/migrations.ts'
import { emptyWorld, type Run, world } from '../../support/run.ts'

async function upgraded(...users: readonly string[]): Promise<Run> {
  const { run } = emptyWorld()
  const migrations = migrationFolder(firstMigrations())
  const runHere: Run = (line, options) => run(line, { migrations, ...options })
  await runHere('db upgrade')
  if (users.length > 0) await runHere(['user', 'add', ...users])
  return runHere
}

describe('db downgrade', () => {
  it('undoes the last migration', async () => {
    const run = await upgraded()
    const { code, stdout, stderr } = await run('db downgrade')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(/^Running downgrade 0003 -> 0002, followers \.\.\. done \(\d+ ms\)\n$/)
    expect((await run('db current')).stdout).toBe('0002 posts\n')
  })

  it('undoes every migration with base', async () => {
    const run = await upgraded()
    const { stderr } = await run('db downgrade base')
    expect(stderr).toContain('Running downgrade 0001 -> (empty), users ... done')
    expect((await run('db current')).stdout).toBe('(empty)\n')
  })

  it.each([
    ['-1', '0002 posts\n'],
    ['-2', '0001 users\n'],
    ['-3', '(empty)\n'],
    ['users', '0001 users\n'],
    ['2', '0002 posts\n'],
    ['head', '0003 followers (head)\n'],
  ])('takes the target %s without a preceding --', async (target, place) => {
    const run = await upgraded()
    expect((await run(`db downgrade ${target}`)).code).toBe(0)
    expect((await run('db current')).stdout).toBe(place)
  })

  it('exits 3 when the target is below base', async () => {
    const run = await upgraded()
    expect(await run('db downgrade -4')).toMatchObject({ code: 3, stderr: "error: '-4' goes below base: 3 migrations are applied\n" })
  })

  it('prints how many rows would be lost and needs --yes', async () => {
    const run = await upgraded('alice', 'bob')
    await run('follow alice bob')
    expect(await run('db downgrade base')).toMatchObject({ code: 2, stdout: '' })
    const { stderr } = await run('db downgrade base')
    expect(stderr).toContain('1 row of followers')
    expect(stderr).toContain('2 rows of users')
    expect(stderr).toContain('--yes')
    expect((await run('followers bob')).stdout).toBe('alice\n')
  })

  it('deletes rows with --yes', async () => {
    const run = await upgraded('alice')
    expect((await run('db downgrade base --yes')).code).toBe(0)
  })

  it('needs no --yes when nothing is lost', async () => {
    const run = await upgraded('alice')
    expect((await run('db downgrade')).code).toBe(0)
  })

  it('is rolled back when it loses more rows than its rehearsal did', async () => {
    const { db, run } = await world('alice')
    // The changes of the rehearsal stay counted although it is rolled back, so the second run of this script deletes rows.
    const downgrade = 'DELETE FROM users WHERE total_changes() > 0;'
    const migrations = migrationFolder({ ...shippedMigrations(), [`${nextId}_added.sql`]: migration('added', '', downgrade) })
    await run('db upgrade', { migrations })
    expect(await run('db downgrade', { migrations })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('error: the downgrade would now lose more than you confirmed: nothing was changed\n'),
    })
    expect(query(db, 'SELECT username FROM users')).toEqual([{ username: 'alice' }])
  })

  it('prints nothing with -q', async () => {
    const run = await upgraded()
    expect(await run('db downgrade -q')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('does nothing at base', async () => {
    const run = await upgraded()
    await run('db downgrade base')
    expect(await run('db downgrade base')).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to do') })
  })

  it('does not create a database', async () => {
    expect((await emptyWorld().run('db downgrade')).code).toBe(4)
  })
})
