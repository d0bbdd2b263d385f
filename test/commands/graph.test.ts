import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { world } from '../support/run.ts'

async function trio() {
  const made = await world('alice', 'bob', 'carol', 'dan')
  for (const line of ['alice bob', 'bob alice carol', 'carol dan']) await made.run(`follow ${line}`)
  return made
}

describe('graph', () => {
  it('draws all users in dot, and a mutual follow as one edge with dir=both', async () => {
    const { run } = await trio()
    const { stdout } = await run('graph')
    expect(stdout).toMatch(/^digraph microblog \{\n/)
    expect(stdout.match(/->/g)).toHaveLength(3)
    expect(stdout).toMatch(/ {2}1 -> 2 \[dir=both/)
    expect(stdout).toContain('  2 -> 3\n')
  })

  it("draws a user's neighbourhood in mermaid", async () => {
    const { run } = await trio()
    const { stdout } = await run('graph alice --format mermaid')
    expect(stdout).toMatch(/^flowchart LR\n {2}u1\(\["alice"\]\)\n {2}u2\(\["bob"\]\)\n {2}u1 <--> u2\n/)
    expect((await run('graph alice --depth 2 --format mermaid')).stdout).toContain('  u2 --> u3\n')
  })

  it('draws an SVG', async () => {
    const { run } = await trio()
    const { stdout } = await run('graph --format svg')
    expect(stdout).toContain('<svg')
    for (const name of ['alice', 'bob', 'carol', 'dan']) expect(stdout).toContain(`>${name}</text>`)
  })

  it('refuses to draw more than 3000 users as SVG, but prints them as dot', async () => {
    const { run, db } = await trio()
    const handle = new SQLite(db)
    handle.exec(
      "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 3200) INSERT INTO users (id, username) SELECT i, 'u' || i FROM n",
    )
    handle.close()
    expect(await run('graph --format svg')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: this would draw more than 3000 users, too many to read\n  try a user and --depth, or --format dot for another program\n',
    })
    expect(await run('graph')).toMatchObject({ code: 0 })
    expect(await run('graph --depth 2')).toMatchObject({ code: 2 })
  })
})
