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

  it('is a table on a terminal, with the current revision marked', async () => {
    const { run } = emptyWorld()
    const migrations = migrationFolder(smallMigrations('a', 'b'))
    await run('db upgrade 1', { migrations })
    const { code, stdout } = await run('db history', { migrations, terminal: true, env: { NO_COLOR: '1' } })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^id {6}name {2}applied\n {2}0002 {2}b {5}pending\n\* 0001 {2}a {5}\d{4}-\d\d-\d\d\n2 rows\n$/)
  })

  it('names a conflict in a column of its own on a terminal, and fails', async () => {
    const { run } = emptyWorld()
    await run('db upgrade 1', { migrations: migrationFolder(smallMigrations('a', 'b')) })
    const other = migrationFolder(smallMigrations('x', 'b'))
    const { code, stdout } = await run('db history', { migrations: other, terminal: true, env: { NO_COLOR: '1' } })
    expect(code).toBe(4)
    expect(stdout).toMatch(/\* 0001 {2}a .* no such file\n/)
  })
})
