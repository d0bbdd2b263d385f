import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { listMigrations } from '../../src/migrate/folder.ts'
import { checkout } from '../support/checkout.ts'
import { migrationFiles } from '../support/migrations.ts'
import { microblog, root, shell, start } from '../support/process.ts'
import { temporaryFolder, world } from '../support/run.ts'

/** The shipped migrations, their ids, and the output of `db current` at the newest. */
const files = listMigrations(`${root}migrations`)
const revisions = files.map(({ id }) => id)
const head = `${files.at(-1)?.id} ${files.at(-1)?.name} (head)\n`

const times = (count: number): number[] => [...Array(count).keys()]

const migrationIds = (file: string): unknown[] => {
  const db = new SQLite(file)
  const ids = db.prepare('SELECT id FROM schema_migrations ORDER BY id').pluck().all()
  db.close()
  return ids
}

describe('many processes at once', () => {
  it('follow succeeds in all of 50 processes and adds 50 rows', async () => {
    const names = times(50).map((n) => `user${n}`)
    const { folder, run } = await world('star', ...names)
    const results = await Promise.all(names.map((name) => microblog(['follow', name, 'star'], { cwd: folder })))
    expect(results.filter(({ code }) => code !== 0)).toEqual([])
    expect((await run('followers star --count')).stdout).toBe('50\n')
  }, 60_000)

  it('follow never fails with a locked database under xargs -P4', async () => {
    const names = times(40).map((n) => `user${n}`)
    const { folder, run } = await world('star', ...names)
    const { code } = await shell(`microblog users | grep -v star | xargs -P4 -I{} bash -c 'microblog follow {} star'`, { cwd: folder })
    expect(code).toBe(0)
    expect((await run('followers star --count')).stdout).toBe('40\n')
  }, 60_000)

  it.each(times(10))(
    'db upgrade of a missing file succeeds in all of 8 processes and records each migration once (round %i)',
    async () => {
      const cwd = temporaryFolder()
      const results = await Promise.all(times(8).map(() => microblog(['db', 'upgrade'], { cwd })))
      expect(results.filter(({ code }) => code !== 0)).toEqual([])
      expect(migrationIds(`${cwd}/microblog.db`)).toEqual(revisions)
    },
    60_000,
  )

  it('db revision takes a number for itself in each of 8 processes', async () => {
    const folder = checkout()
    const script = 'for n in 1 2 3 4 5 6 7 8; do microblog db revision -m "change $n" & done; wait'
    const { stderr } = await shell(script, { cwd: folder }, join(folder, 'bin/microblog.js'))
    expect(stderr).toBe('')
    expect(migrationFiles(join(folder, 'migrations')).map((file) => file.slice(0, 4))).toEqual(
      times(revisions.length + 8).map((n) => String(n + 1).padStart(4, '0')),
    )
  }, 60_000)
})

describe('kill -9', () => {
  it.each(times(20))(
    'leaves db upgrade completely done or undone, and the next db upgrade succeeds (moment %i)',
    async (moment) => {
      const cwd = temporaryFolder()
      const child = start(['db', 'upgrade'], { cwd })
      const closed = new Promise((resolve) => child.on('close', resolve))
      await new Promise((resolve) => setTimeout(resolve, 25 + moment * 3 + Math.random() * 3))
      child.kill('SIGKILL')
      await closed
      const current = await microblog(['db', 'current'], { cwd })
      expect(current.code === 4 || ['(empty)\n', head].includes(current.stdout), current.stdout + current.stderr).toBe(true)
      expect((await microblog(['db', 'upgrade'], { cwd })).code).toBe(0)
      expect((await microblog(['db', 'current'], { cwd })).stdout).toBe(head)
    },
    60_000,
  )
})
