import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { migrationFolder, smallMigrations } from '../../support/migrations.ts'
import { emptyWorld } from '../../support/run.ts'

describe('db history', () => {
  it('lists all migrations, newest first, with the time each was applied', async () => {
    const { run } = emptyWorld()
    const migrations = migrationFolder(smallMigrations('a', 'b'))
    await run('db upgrade 1', { migrations })
    const { code, stdout, stderr } = await run('db history', { migrations })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^0002\tb\tpending\n0001\ta\t\d{4}-\d\d-\d\dT[\d:.]+Z\n$/)
  })

  it('lists every migration as pending when there is no database, and does not create one', async () => {
    const { run, db } = emptyWorld()
    const migrations = migrationFolder(smallMigrations('a'))
    expect(await run('db history', { migrations })).toEqual({ code: 0, stdout: '0001\ta\tpending\n', stderr: '' })
    expect(existsSync(db)).toBe(false)
  })
})
