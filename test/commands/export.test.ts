import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { execute } from '../support/database.ts'
import { type Run, server, world } from '../support/run.ts'

const formats = ['tsv', 'csv', 'ndjson', 'json', 'plain'] as const
const types = ['users', 'follows', 'posts'] as const

/** Post bodies that need quoting or escaping in some format. */
const bodies = [
  'plain',
  'tab\there',
  'line\nbreak\r\nand\rmore',
  '"quoted", with comma',
  '\\n \\ \\u{41}',
  '# no comment',
  ' padded ',
  '\ufeffmark',
]
const otherBodies = [
  '\u001b[31mred',
  '\u202edesrever',
  '👩‍👩‍👧 é',
  '{"json":[1]}',
  '=1+1',
  'x'.repeat(140),
  '\u0085\u2028\u2029',
  'می\u200cخواهم 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  '\u200d\u{e0067} a\u200d\u200db\u200c',
  'twice',
  'twice',
]

async function filled() {
  const place = await world('alice', 'Bob', 'carol.c', '_d-')
  await place.run('user edit carol.c --email carol@exämple.com')
  await place.run('follow alice bob carol.c')
  await place.run('follow _d- alice')
  const posts = [...bodies, ...otherBodies].map((body, index) => ({
    username: index % 2 ? 'alice' : 'Bob',
    timestamp: `2026-01-02T03:04:05.${String(index === 18 ? 17 : index).padStart(3, '0')}Z`,
    body,
  }))
  posts.push({ ...(posts.at(-1) as (typeof posts)[number]) })
  expect((await place.run('import - --format json', { stdin: JSON.stringify(posts) })).code).toBe(0)
  return place
}

const exportAll = async (run: Run) => Promise.all(types.map(async (type) => (await run(`export ${type} --format ndjson`)).stdout))

describe('export', () => {
  it.each(formats)('writes %s that import reads back unchanged', async (format) => {
    const { run } = await filled()
    const copy = await world()
    for (const type of types) {
      const { stdout } = await run(`export ${type} --format ${format}`)
      expect(await copy.run(`import - --format ${format} --type ${type}`, { stdin: stdout })).toMatchObject({ code: 0 })
      expect((await run(`import - --format ${format} --type ${type}`, { stdin: stdout })).stderr).toMatch(
        /^0 added, \d+ already there, 0 failed\n$/,
      )
    }
    expect(await exportAll(copy.run)).toEqual(await exportAll(run))
  })

  it('writes files whose record type import recognizes, in every format with field names', async () => {
    const { run } = await filled()
    for (const type of types) {
      for (const format of ['tsv', 'csv', 'ndjson', 'json']) {
        const { stdout } = await run(`export ${type} --format ${format}`)
        expect((await run(`import - --format ${format}`, { stdin: stdout })).stderr).toMatch(/^0 added, [1-9]/)
      }
    }
  })

  it.each([
    ['tsv', 'follower\tfollowed\nalice\tBob\nalice\tcarol.c\n_d-\talice\n', 'follower\tfollowed\n'],
    ['plain', 'alice\tBob\nalice\tcarol.c\n_d-\talice\n', ''],
    ['csv', 'follower,followed\r\nalice,Bob\r\nalice,carol.c\r\n_d-,alice\r\n', 'follower,followed\r\n'],
    [
      'ndjson',
      '{"follower":"alice","followed":"Bob"}\n{"follower":"alice","followed":"carol.c"}\n{"follower":"_d-","followed":"alice"}\n',
      '',
    ],
    [
      'json',
      '[\n  {"follower":"alice","followed":"Bob"},\n  {"follower":"alice","followed":"carol.c"},\n  {"follower":"_d-","followed":"alice"}\n]\n',
      '[]\n',
    ],
  ])('writes follows as %s', async (format, text, empty) => {
    const { run } = await filled()
    expect(await run(`export follows --format ${format}`)).toEqual({ code: 0, stdout: text, stderr: '' })
    expect((await (await world()).run(`export follows --format ${format}`)).stdout).toBe(empty)
  })

  it('omits the header with --no-header', async () => {
    const { run } = await filled()
    expect((await run('export follows --format csv --no-header')).stdout).toMatch(/^alice,Bob\r\n/)
    expect((await run('export users --no-header')).stdout).toMatch(/^alice\t\n/)
  })

  it('exports neither ids nor passwords', async () => {
    const { run } = await filled()
    expect((await run('export users')).stdout.split('\n')[0]).toBe('username\temail')
  })

  it.skipIf(server)('writes a file in the format of its extension and leaves no temporary file', async () => {
    const { run, folder } = await filled()
    const file = join(folder, 'follows.csv.gz')
    expect(await run(['export', 'follows', '-o', file])).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(gunzipSync(readFileSync(file)).toString()).toBe((await run('export follows --format csv')).stdout)
    const json = join(folder, 'posts.jsonl')
    writeFileSync(json, 'old')
    await run(['export', 'posts', '-o', json])
    expect(readFileSync(json, 'utf8')).toBe((await run('export posts --format ndjson')).stdout)
    expect(readdirSync(folder).sort()).toEqual(['follows.csv.gz', 'microblog.db', 'posts.jsonl'])
  })

  it.skipIf(server)('leaves no file when it fails', async () => {
    const { run, folder } = await world()
    expect((await run(['export', 'follows', '-o', join(folder, 'no', 'follows.tsv')])).code).toBe(3)
    expect((await run(['export', 'follows', '-o', '/dev/full'])).code).toBe(1)
    expect(readdirSync(folder)).toEqual(['microblog.db'])
  })

  it.each([['export likes'], ['export follows --format table'], ['export follows --json --format csv'], ['export']])(
    'refuses %s',
    async (line) => {
      const { run } = await world()
      expect((await run(line)).code).toBe(2)
    },
  )

  it('writes every follow of a graph larger than one page', async () => {
    const { run } = await world()
    const names = [...Array(40).keys()].map((index) => `u${index}`)
    const edges = names.flatMap((a) => names.filter((b) => a !== b).map((b) => `${a}\t${b}\n`))
    await run('import - --create-users', { stdin: edges.join('') })
    const lines = (await run('export follows --no-header')).stdout
    expect(lines.split('\n').sort()).toEqual(edges.join('').split('\n').sort())
  })
})

describe('export follows --format graphml', () => {
  it('writes all users, also those without follows, and all follows', async () => {
    const { run } = await filled()
    await run('user add lonely')
    const node = (name: string) => `<node id="${name}"><data key="label">${name}</data></node>\n`
    expect(await run('export follows --format graphml')).toEqual({
      code: 0,
      stdout: `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="label" for="node" attr.name="label" attr.type="string"/>
<graph id="microblog" edgedefault="directed">
${['alice', 'Bob', 'carol.c', '_d-', 'lonely'].map(node).join('')}<edge source="alice" target="Bob"/>
<edge source="alice" target="carol.c"/>
<edge source="_d-" target="alice"/>
</graph>
</graphml>
`,
      stderr: '',
    })
  })

  it('is what a file that ends in .graphml holds', async () => {
    const { run, folder } = await filled()
    const file = join(folder, 'net.graphml.gz')
    await run(['export', 'follows', '-o', file])
    expect(gunzipSync(readFileSync(file)).toString()).toBe((await run('export follows --format graphml')).stdout)
  })

  it('writes every follow of a graph larger than one page', async () => {
    const { run } = await world()
    const names = [...Array(40).keys()].map((index) => `u${index}`)
    const follows = names.flatMap((a) => names.filter((b) => a !== b).map((b) => [a, b] as const))
    await run('import - --create-users', { stdin: follows.map((follow) => `${follow.join('\t')}\n`).join('') })
    const { stdout } = await run('export follows --format graphml')
    const edges = [...stdout.matchAll(/<edge source="(.*)" target="(.*)"\/>/g)].map(([, a, b]) => `${a} ${b}`)
    expect(edges.sort()).toEqual(follows.map((follow) => follow.join(' ')).sort())
  })

  it.skipIf(server)('keeps hostile names out of the markup', async () => {
    const { run, db } = await filled()
    execute(db, `PRAGMA ignore_check_constraints = ON; UPDATE users SET username = '"/><x>&\u001b\n' WHERE username = 'Bob'`)
    const { stdout } = await run('export follows --format graphml')
    const name = '&quot;/&gt;&lt;x&gt;&amp;\\u{1b}\\n'
    expect(stdout).toContain(`<node id="${name}"><data key="label">${name}</data></node>\n`)
    expect(stdout).toContain(`<edge source="alice" target="${name}"/>\n`)
  })

  it('is refused for users and posts', async () => {
    const { run, folder } = await filled()
    for (const words of [
      ['users', '--format', 'graphml'],
      ['posts', '-o', join(folder, 'posts.graphml')],
    ]) {
      const { code, stderr } = await run(['export', ...words])
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `error: graphml holds follows, not ${words[0]}\n  microblog export follows --format graphml\n`,
      })
    }
  })
})

describe('export -o', () => {
  it.skipIf(server)('refuses to overwrite the database, also through a symbolic link', async () => {
    const { run, db } = await world('alice')
    const link = `${db}.link`
    symlinkSync(db, link)
    for (const path of [db, link]) {
      expect(await run(['export', 'users', '-o', path])).toEqual({
        code: 1,
        stdout: '',
        stderr: `error: ${path} is the database itself\n  name another file; to copy the database:  microblog db backup <file>\n`,
      })
    }
    expect((await run('users')).stdout).toBe('alice\n')
  })

  it('writes to stdout with -', async () => {
    const { run } = await world('alice')
    expect((await run('export users -o - --no-header')).stdout).toBe('alice\t\n')
  })

  it.skipIf(server).each([0o600, 0o666])(
    'keeps the permissions of a file that it overwrites, also those that the umask would take: %o',
    async (mode) => {
      const { run, db } = await world('alice')
      const path = `${db}.tsv`
      writeFileSync(path, 'old')
      chmodSync(path, mode)
      expect((await run(['export', 'users', '-o', path])).code).toBe(0)
      expect(statSync(path).mode & 0o777).toBe(mode)
    },
  )

  it('writes through a dangling link, as a shell does', async () => {
    const { run, folder } = await world('alice')
    mkdirSync(join(folder, 'data'))
    symlinkSync('data/real.tsv', join(folder, 'link.tsv'))
    expect((await run(['export', 'users', '-o', join(folder, 'link.tsv')])).code).toBe(0)
    expect(readlinkSync(join(folder, 'link.tsv'))).toBe('data/real.tsv')
    expect(readFileSync(join(folder, 'data/real.tsv'), 'utf8')).toBe('username\temail\nalice\t\n')
  })

  it.skipIf(server).each([
    ['', 2, '--output is empty'],
    ['microblog.db/x.tsv', 3, 'part of the path is not a folder'],
    ['x'.repeat(300), 3, 'the name is too long'],
  ])('says in words why it cannot write to "%s"', async (name, code, says) => {
    const { run, folder } = await world('alice')
    const result = await run(['export', 'users', '-o', name && join(folder, name)])
    expect(result).toEqual({ code, stdout: '', stderr: expect.stringContaining(says) })
  })
})
