import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emptyWorld } from '../../support/run.ts'

describe('db path', () => {
  it('prints the path of the database without creating it', async () => {
    const { run, db } = emptyWorld()
    expect(await run('db path')).toEqual({ code: 0, stdout: `${db}\n`, stderr: '' })
    expect(existsSync(db)).toBe(false)
  })

  it.each(['db path --db x.db', 'db --db x.db path', '--db x.db db path', '--db=x.db db path'])(
    'accepts --db in any position: %s',
    async (line) => {
      expect((await emptyWorld().run(line)).stdout).toBe(`${resolve('x.db')}\n`)
    },
  )

  it('prefers --db over MICROBLOG_DB, and MICROBLOG_DB over ./microblog.db', async () => {
    const { run } = emptyWorld()
    expect((await run('db path --db x.db', { env: { MICROBLOG_DB: 'y.db' } })).stdout).toBe(`${resolve('x.db')}\n`)
    expect((await run('db path', { env: { MICROBLOG_DB: '' } })).stdout).toBe(`${resolve('microblog.db')}\n`)
  })

  it("treats SQLite's special name :memory: as a file name", async () => {
    expect((await emptyWorld().run('db path --db :memory:')).stdout).toBe(`${resolve(':memory:')}\n`)
  })

  it.each(['', 'mysql://host/db', 'file://x', 'a\0b'])('exits 2 for --db %j', async (db) => {
    const { run } = emptyWorld()
    expect(await run(['db', 'path', '--db', db])).toMatchObject({ code: 2, stdout: '' })
  })
})
