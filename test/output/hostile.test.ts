/** Control characters in posts, names, paths, schemas and histories, printed on a terminal. */

import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { execute } from '../support/database.ts'
import { migration, migrationFolder } from '../support/migrations.ts'
import { bin, cleanEnvironment } from '../support/process.ts'
import { emptyWorld, temporaryFolder, world } from '../support/run.ts'
import { onTerminal } from '../support/terminal.ts'

const hostile = ['\u001b[2J\u001b]0;owned\u0007 gone', 'a\u202eb cba', 'left\rright', '🎉'.repeat(140), 'a\tb', '\u009b31m\u200bx\u{e0041}']

describe('a hostile post', () => {
  it('is printed escaped and within the width of the terminal', async () => {
    const { run, db } = await world('alice')
    for (const body of hostile) await run(['post', 'alice', body])
    const command = `stty cols 60; '${process.execPath}' '${bin}' --db '${db}' --color never posts alice`
    const screen = execFileSync('script', ['-qec', command, '/dev/null'], { env: cleanEnvironment({ COLUMNS: '60' }), encoding: 'utf8' })
    // The terminal turns a newline into CRLF.
    const lines = screen.replaceAll('\r\n', '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is that there are none
    expect(lines).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u{e0000}-\u{e007f}]/u)
    expect(lines).toContain('  left\\rright\n')
    expect(lines).toContain('  a\\u{202e}b cba\n')
    for (const line of lines.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(60)
    expect([...lines].filter((character) => character === '🎉')).toHaveLength(140)
  })

  it('is intact in --json, and stays one line of four fields in a pipe', async () => {
    const { run } = await world('alice')
    for (const body of hostile) await run(['post', 'alice', body])
    const rows = JSON.parse((await run('posts alice --json -r')).stdout) as { body: string }[]
    expect(rows.map(({ body }) => body)).toEqual(hostile)
    const lines = (await run('posts alice -r')).stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.split('\t').length)).toEqual(hostile.map(() => 4))
  })
})

/** What no terminal may receive. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the test is that there are none
const controls = /[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/

const link = 'x", URL="javascript:alert(1)'
const red = '\u001b[31mred\u202e'

/** A database in a folder with a hostile name. `isEvaded`: with rows that its constraints forbid. */
async function hostileWorld({ isEvaded } = { isEvaded: true }) {
  const { folder, run } = emptyWorld()
  const hidden = join(folder, `\u001b[2J\u0007`)
  mkdirSync(hidden)
  const db = join(hidden, 'm\u001b[31m.db')
  const env = { MICROBLOG_DB: db, NO_COLOR: '1' }
  await run('db upgrade', { env })
  await run('user add alice bob carol', { env })
  await run('follow alice bob carol', { env })
  await run(['post', 'alice', red], { env })
  if (isEvaded)
    execute(
      db,
      `PRAGMA ignore_check_constraints = ON;
     UPDATE users SET username = '${red}' WHERE id = 2;
     UPDATE users SET username = '${link}' WHERE id = 3;
     CREATE VIEW hostile AS SELECT '${red}' AS red`,
    )
  return {
    db,
    folder: hidden,
    run: (line: string | readonly string[], terminal = true) => run(line, { env, terminal, errorTerminal: terminal }),
  }
}

describe('on a terminal no control character arrives raw', () => {
  it.each([
    'users',
    'users --format plain',
    'users --format csv',
    'users --json',
    'user show alice',
    'following alice',
    'following alice -0',
    'following alice --format csv',
    'suggest alice',
    'posts alice',
    'posts alice --format csv',
    'posts alice --format tsv',
    'posts alice --format ndjson',
    'search red',
    'export users',
    'export follows',
    'export follows --format csv',
    'export posts --format csv',
    'stats',
    'stats --format csv',
    'graph',
    'graph --format mermaid',
    'graph --format svg',
    'db path',
    'db schema',
    'db upgrade',
  ])('from %s', async (line) => {
    const { run } = await hostileWorld()
    const { code, stdout, stderr } = await run(line)
    expect({ code, isEmpty: stdout + stderr === '' }).toEqual({ code: 0, isEmpty: false })
    expect(stdout + stderr).not.toMatch(controls)
  })

  it.each([
    ['a missing database', 4, ['--db', red, 'users']],
    ['a missing user', 3, ['user', 'show', `${red}x`]],
    ['a missing command', 2, [red]],
    ['a missing topic', 2, ['help', red]],
    ['a wrong option', 2, ['users', `--${red}`]],
    ['a change', 0, ['follow', link, 'alice']],
    ['a note', 0, ['search', red, '--user', link]],
    ['an empty list', 0, ['following', link]],
  ])('from %s', async (_what, expected, argv) => {
    const { run } = await hostileWorld()
    const { code, stdout, stderr } = await run(argv)
    expect({ code, isEmpty: stdout + stderr === '' }).toEqual({ code: expected, isEmpty: false })
    expect(stdout + stderr).not.toMatch(controls)
  })

  it.each(['db backup', 'db downgrade base --yes'])('from %s with a hostile path', async (line) => {
    const { run, folder } = await hostileWorld({ isEvaded: false })
    const { code, stdout, stderr } = await run([...line.split(' '), ...(line === 'db backup' ? [join(folder, red)] : [])])
    expect({ code, isEmpty: stdout + stderr === '' }).toEqual({ code: 0, isEmpty: false })
    expect(stdout + stderr).not.toMatch(controls)
  })

  it.each(['db current', 'db history', 'db history --json', 'db upgrade', 'users'])(
    'from %s with hostile names of migrations',
    async (line) => {
      const { run, db } = await hostileWorld()
      execute(db, `UPDATE schema_migrations SET name = '${red}' WHERE id = '0004'`)
      const { stdout, stderr } = await run(line)
      expect(stdout + stderr).toMatch(/\[31mred/)
      expect(stdout + stderr).not.toMatch(controls)
    },
  )

  it('in a stack with MICROBLOG_DEBUG=1', async () => {
    const { run } = emptyWorld()
    const { stderr } = await run(['user', 'show', red], { env: { MICROBLOG_DEBUG: '1', NO_COLOR: '1', MICROBLOG_DB: red } })
    expect(stderr).toMatch(/\n {4}at /)
    expect(stderr).not.toMatch(controls)
  })

  it('in the log of a migration', async () => {
    const { run } = emptyWorld()
    const migrations = migrationFolder({ '0001_a.sql': migration(red, 'CREATE TABLE a (b);', 'DROP TABLE a;') })
    const { stderr } = await run('db upgrade', { migrations })
    expect(stderr).toContain('\\u{1b}[31mred')
    expect(stderr).not.toMatch(controls)
  })

  it('in a question', async () => {
    const cwd = temporaryFolder()
    const answers = [{ prompt: 'Run db upgrade now?', keys: 'n\r' }]
    const { raw } = await onTerminal(['--db', `x${red}\u0007.db`, 'user', 'add', 'alice'], { cwd, answers })
    expect(raw).toContain('No database at x\\u{1b}[31mred\\u{202e}\\u{7}.db')
    for (const character of ['\u001b[31mred', '\u0007', '\u202e']) expect(raw).not.toContain(character)
  })
})

describe('in a pipe', () => {
  it.each([
    ['db path', (db: string) => `${db}\n`],
    ['export posts --format csv --no-header', () => red],
    ['users --format csv --no-header --fields username', () => `${red}\r\n`],
  ])('%s is exact', async (line, text) => {
    const { run, db } = await hostileWorld()
    expect((await run(line, false)).stdout).toContain(text(db))
  })
})

describe('a hostile username', () => {
  it.each([
    ['dot', `label="x\\", URL=\\"javascript:alert(1)"`],
    ['mermaid', '(["x#34;#44;#32;URL#61;#34;javascript#58;alert#40;1#41;"])'],
    ['svg', '>x&quot;, URL=&quot;javascript:alert(1)</text>'],
  ])('stays a label in a graph in %s', async (format, label) => {
    const { run } = await hostileWorld()
    const { stdout } = await run(`graph --format ${format}`, false)
    expect(stdout).toContain(label)
    expect(stdout).not.toMatch(/href=/)
  })

  it('is not offered by completion', async () => {
    const { run } = await hostileWorld()
    expect((await run(['complete', '--', 'follow', ''], false)).stdout).toBe('alice\t\n')
  })
})
