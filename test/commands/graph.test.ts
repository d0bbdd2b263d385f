import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { execute, fillWithUsers } from '../support/database.ts'
import { type Run, server, world } from '../support/run.ts'

async function trio() {
  const made = await world('alice', 'bob', 'carol', 'dan')
  for (const line of ['alice bob', 'bob alice carol', 'carol dan']) await made.run(`follow ${line}`)
  return made
}

/** Lets `u2` to `u<count>` follow `u1`. */
const followFirst = (run: Run, count: number) =>
  run('import - --create-users', { stdin: Array.from({ length: count - 1 }, (_, index) => `u${index + 2}\tu1\n`).join('') })

describe('graph', () => {
  it('draws all users in dot in a pipe, and a mutual follow as one edge with dir=both', async () => {
    const { run } = await trio()
    const { stdout } = await run('graph')
    expect(stdout).toMatch(/^digraph microblog \{\n/)
    expect(stdout.match(/->/g)).toHaveLength(3)
    expect(stdout).toMatch(/ {2}1 -> 2 \[dir=both/)
    expect(stdout).toContain('  2 -> 3\n')
  })

  it('asks Graphviz for sfdp instead of neato above 150 users', async () => {
    const { run, db } = await world()
    fillWithUsers(db, 150)
    expect((await run('graph')).stdout).toContain('layout=neato')
    await run('user add one-more')
    expect((await run('graph')).stdout).toContain('layout=sfdp')
  })

  it("draws a user's neighbourhood in mermaid", async () => {
    const { run } = await trio()
    const { stdout } = await run('graph alice --format mermaid')
    expect(stdout).toMatch(/^flowchart LR\n {2}u1\(\["alice"\]\)\n {2}u2\(\["bob"\]\)\n {2}u1 <--> u2\n/)
    expect((await run('graph alice --depth 2 --format mermaid')).stdout).toContain('  u2 --> u3\n')
  })

  it('refuses mermaid above the 500 lines and the 50,000 characters that Mermaid draws', async () => {
    const { run } = await world()
    await followFirst(run, 501)
    expect((await run('graph --format mermaid')).code).toBe(0)
    await run('follow u1 u2')
    expect((await run('graph --format mermaid')).code).toBe(0)
    await run('user add v')
    await run('follow v u1')
    expect(await run('graph --format mermaid')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: this picture has 501 lines between users; Mermaid draws at most 500\n  try --format svg, or a user with a smaller --depth\n',
    })
    const long = await world()
    await long.run('user add - -q', { stdin: Array.from({ length: 600 }, (_, index) => `${index}-`.padEnd(64, 'x')).join('\n') })
    expect((await long.run('graph --format mermaid')).stderr).toMatch(
      /^error: this picture has \d+ characters; Mermaid reads at most 50000\n/,
    )
  })

  it('writes json with a node for each user and an edge for each follow', async () => {
    const { run } = await trio()
    expect(JSON.parse((await run('graph --format json')).stdout)).toEqual({
      directed: true,
      multigraph: false,
      graph: {},
      nodes: [
        { id: 'alice', followers: 1 },
        { id: 'bob', followers: 1 },
        { id: 'carol', followers: 1 },
        { id: 'dan', followers: 1 },
      ],
      edges: [
        { source: 'alice', target: 'bob' },
        { source: 'bob', target: 'alice' },
        { source: 'bob', target: 'carol' },
        { source: 'carol', target: 'dan' },
      ],
    })
    expect(JSON.parse((await (await world()).run('graph --format json')).stdout)).toMatchObject({ nodes: [], edges: [] })
  })

  it('refuses to draw more than 3000 users as SVG, but prints them as dot', async () => {
    const { run, db } = await trio()
    fillWithUsers(db, 3000)
    expect(await run('graph --format svg')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: this would draw more than 3000 users, too many to read\n  try a <user> and --depth, or --format dot for another program\n',
    })
    expect(await run('graph')).toMatchObject({ code: 0 })
    expect(await run('graph --depth 2')).toMatchObject({ code: 2 })
  })

  it('marks the user asked for', async () => {
    const { run } = await trio()
    expect((await run('graph bob --format svg')).stdout.match(/class="asked">.*<text.*>(.*)<\/text>/)?.[1]).toBe('bob')
    expect((await run('graph bob')).stdout.match(/label="(\w+)".*penwidth=2\]/)?.[1]).toBe('bob')
    expect((await run('graph bob --format mermaid')).stdout.match(/style (\w+) .*fill/g)).toHaveLength(1)
    expect((await run('graph --format svg')).stdout).not.toContain('class="asked"')
  })
})

describe('graph on a terminal', () => {
  it('lists whom each user follows, and who follows back', async () => {
    const { run } = await trio()
    await run('user add eve')
    const text = 'alice ⇄ bob\nbob   ⇄ alice\n      → carol\ncarol → dan\ndan\neve\n'
    expect(await run('graph --color never', { terminal: true })).toEqual({ code: 0, stdout: text, stderr: '' })
    expect((await run('graph --format text')).stdout).toBe(text)
  })

  it('begins with the user asked for', async () => {
    const { run } = await trio()
    expect((await run('graph bob --format text')).stdout).toBe('bob   ⇄ alice\n      → carol\nalice ⇄ bob\ncarol\n')
  })

  it('fits the width, and gives a long name its own line', async () => {
    const { run } = await world('a', 'b'.repeat(30), 'c'.repeat(30))
    await run(['follow', 'a', 'b'.repeat(30), 'c'.repeat(30)])
    await run(['follow', 'b'.repeat(30), 'a'])
    const { stdout } = await run('graph --color never', { terminal: true, columns: 56 })
    const pad = ' '.repeat(21)
    expect(stdout.split('\n')).toEqual([
      `a${' '.repeat(20)}⇄ ${'b'.repeat(30)}`,
      `${pad}→ ${'c'.repeat(30)}`,
      'b'.repeat(30),
      `${pad}⇄ a`,
      'c'.repeat(30),
      '',
    ])
  })

  it('says in one line what to do with more than 50 users', async () => {
    const { run, db } = await world()
    fillWithUsers(db, 50)
    expect((await run('graph', { terminal: true })).code).toBe(0)
    await run('user add one-more')
    expect(await run('graph', { terminal: true })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: more than 50 users are too many for text: try a <user> and --depth, or --format svg -o graph.svg\n',
    })
  })
})

describe.skipIf(server)('graph -o', () => {
  it.each([
    ['txt', 'text'],
    ['dot', 'dot'],
    ['gv', 'dot'],
    ['mmd', 'mermaid'],
    ['mermaid', 'mermaid'],
    ['SVG', 'svg'],
    ['json', 'json'],
  ])('writes a file that ends in .%s as %s', async (ending, format) => {
    const { run, folder } = await trio()
    const file = join(folder, `net.${ending}`)
    expect(await run(['graph', '-o', file], { terminal: true })).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(readFileSync(file, 'utf8')).toBe((await run(`graph --format ${format}`)).stdout)
    expect(readdirSync(folder).sort()).toEqual(['microblog.db', `net.${ending}`])
  })

  it('gzips a file that ends in .gz, and lets --format decide', async () => {
    const { run, folder } = await trio()
    await run(['graph', '-o', join(folder, 'net.dot.gz'), '--format', 'json'])
    expect(gunzipSync(readFileSync(join(folder, 'net.dot.gz'))).toString()).toBe((await run('graph --format json')).stdout)
    expect((await run('graph -o -')).stdout).toBe((await run('graph')).stdout)
  })

  it('refuses a name that does not tell the format, and the database itself', async () => {
    const { run, folder, db } = await trio()
    for (const name of ['net.pdf', 'net', 'net.constructor']) {
      const { code, stderr } = await run(['graph', '-o', join(folder, name)])
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/does not tell the format\n {2}end it in \.txt, .*\.json/),
      })
    }
    const { code, stderr } = await run(['graph', '-o', db, '--format', 'svg'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('is the database itself') })
    expect((await run('users')).stdout).toBe('alice\nbob\ncarol\ndan\n')
  })
})

describe.skipIf(server)('a hostile name', () => {
  const hostile = '</text><script>"&\u001b[2J\n'

  it.each([
    ['svg', '>&lt;/text&gt;&lt;script&gt;&quot;&amp;\\u{1b}[2J\\n</text>'],
    ['json', '{"source":"alice","target":"</text><script>\\"&\\u001b[2J\\n"}'],
    ['text', ' ⇄ </text><script>"&\\u{1b}[2J\\n\n'],
  ])('stays a name in %s', async (format, expected) => {
    const { run, db } = await trio()
    execute(db, `PRAGMA ignore_check_constraints = ON; UPDATE users SET username = '${hostile}' WHERE username = 'bob'`)
    expect((await run(`graph --format ${format}`)).stdout).toContain(expected)
  })
})
