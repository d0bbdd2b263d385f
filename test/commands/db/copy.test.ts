import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emptyWorld, newDatabase, type Run, server, world } from '../../support/run.ts'

/** A network whose newest user and newest post were removed. */
async function network() {
  const place = await world('alice', 'bob', 'carol')
  await place.run('user edit alice --password-stdin', { stdin: 's3cret\n' })
  await place.run('user edit bob --email bob@example.com')
  await place.run('follow alice bob carol')
  for (const body of ['one #fun', 'two', 'three']) await place.run(['post', 'alice', body])
  await place.run('user remove carol --yes')
  await place.run('unpost 3')
  return place
}

const dump = async (run: Run, db: string) =>
  Promise.all(
    ['users --json', 'explore --json', 'export follows', 'search fun'].map(
      async (line) => (await run(['--db', db, ...line.split(' ')])).stdout,
    ),
  )

/** Where to copy to: a file, and on a server also another database there. */
const targets = (folder: string): string[] => [join(folder, 'copy.db'), ...(server ? [newDatabase(server)] : [])]

describe('db copy', () => {
  it('copies everything to an empty database: ids, passwords and what search finds', async () => {
    const { db, folder, run } = await network()
    for (const target of targets(folder)) {
      await run(['--db', target, 'db', 'upgrade', '-q'])
      expect(await run(['db', 'copy', target])).toEqual({
        code: 0,
        stdout: '',
        stderr: `copied to ${target}: 2 users, 2 posts, 1 follow\n`,
      })
      expect(await dump(run, target)).toEqual(await dump(run, db))
      expect(await run(['--db', target, 'user', 'check', 'alice', '--password-stdin'], { stdin: 's3cret\n' })).toMatchObject({ code: 0 })
      expect(await run(['--db', target, 'db', 'check'])).toMatchObject({ code: 0 })
    }
  })

  it('gives no id again that was given in the original', async () => {
    const { folder, run } = await network()
    for (const target of targets(folder)) {
      await run(['--db', target, 'db', 'upgrade', '-q'])
      await run(['db', 'copy', target])
      await run(['--db', target, 'user', 'add', 'dave'])
      expect((await run(['--db', target, 'user', 'show', 'dave', '--json'])).stdout).toContain('"id":4')
      expect((await run(['--db', target, 'post', 'dave', 'four'])).stdout).toBe('4\n')
    }
  })

  it('copies back', async () => {
    const { db, folder, run } = await network()
    for (const target of targets(folder)) {
      const back = join(folder, `back-${target.length}.db`)
      for (const name of [target, back]) await run(['--db', name, 'db', 'upgrade', '-q'])
      await run(['db', 'copy', target])
      expect(await run(['--db', target, 'db', 'copy', back])).toMatchObject({ code: 0 })
      expect(await dump(run, back)).toEqual(await dump(run, db))
    }
  })

  it('changes nothing where there are rows already', async () => {
    const { folder, run } = await network()
    const target = join(folder, 'copy.db')
    await run(['--db', target, 'db', 'upgrade', '-q'])
    await run(['--db', target, 'user', 'add', 'eve'])
    expect(await run(['db', 'copy', target])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: there are rows in the target already: nothing was copied\n  copy into a new database\n',
    })
    expect((await run(['--db', target, 'users'])).stdout).toBe('eve\n')
  })

  it('changes nothing in a dry run', async () => {
    const { folder, run } = await network()
    const target = join(folder, 'copy.db')
    await run(['--db', target, 'db', 'upgrade', '-q'])
    const { code, stderr } = await run(['db', 'copy', target, '--dry-run'])
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `copied to ${target}: 2 users, 2 posts, 1 follow\ndry run: nothing was changed\n`,
    })
    expect((await run(['--db', target, 'users'])).stdout).toBe('')
  })

  it('names the command that makes the target', async () => {
    const { folder, run } = await network()
    const target = join(folder, 'copy.db')
    expect(await run(['db', 'copy', target])).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: no database at ${target}\n  create it:  microblog --db ${target} db upgrade\n`,
    })
  })

  it('refuses a copy to itself', async () => {
    const { db, run } = await network()
    expect(await run(['db', 'copy', db])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there are rows in the target already'),
    })
  })

  it('copies an empty database', async () => {
    const { folder, run } = emptyWorld()
    const target = join(folder, 'copy.db')
    await run('db upgrade -q')
    await run(['--db', target, 'db', 'upgrade', '-q'])
    expect(await run(['db', 'copy', target])).toMatchObject({ code: 0, stderr: `copied to ${target}: 0 users, 0 posts, 0 follows\n` })
  })
})
