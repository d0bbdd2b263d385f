import { describe, expect, it } from 'vitest'
import { migrationFolder, smallMigrations } from '../../support/migrations.ts'
import { emptyWorld, world } from '../../support/run.ts'

describe('db current', () => {
  it('prints the revision, and marks the newest as head', async () => {
    const { run } = emptyWorld()
    const migrations = migrationFolder(smallMigrations('a', 'b'))
    await run('db upgrade 1', { migrations })
    expect(await run('db current', { migrations })).toEqual({
      code: 0,
      stdout: '0001 a\n',
      stderr: '1 pending: microblog db history lists them, microblog db upgrade applies them\n',
    })
    await run('db upgrade', { migrations })
    expect((await run('db current', { migrations })).stdout).toBe('0002 b (head)\n')
  })

  it('does not create a database', async () => {
    const { run, db } = emptyWorld()
    expect(await run('db current')).toMatchObject({ code: 4, stderr: expect.stringContaining(`no database at ${db}`) })
  })

  it('has the alias status', async () => {
    const { run } = await world()
    expect(await run('db status')).toEqual(await run('db current'))
  })
})
