/** Files that other programs made: what is read of them, and what is said once of the others. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { query } from '../support/database.ts'
import { world } from '../support/run.ts'

const follows =
  "SELECT f.username || ' ' || g.username AS pair FROM followers JOIN users f ON f.id = follower_id JOIN users g ON g.id = followed_id"

async function imported(stdin: string | Uint8Array, options = '') {
  const { db, run } = await world('alice', 'bob')
  const { code, stderr } = await run(`import - ${options}`.trim(), { stdin })
  return { code, stderr, pairs: query<{ pair: string }>(db, follows).map(({ pair }) => pair) }
}

const utf16 = (text: string, isBigEndian: boolean) => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return isBigEndian ? bytes.swap16() : bytes
}

describe('a header of follows', () => {
  it.each(['Source\tTarget', 'from\tto', ' Follower \t following', 'FOLLOWER\tFOLLOWED'])('%j is no pair of people', async (header) => {
    expect(await imported(`${header}\nalice\tbob\n`, '--create-users')).toEqual({
      code: 0,
      stderr: '1 added, 0 already there, 0 failed\n',
      pairs: ['alice bob'],
    })
  })

  it('may have its columns in the other order', async () => {
    expect((await imported('to\tfrom\nalice\tbob\n')).pairs).toEqual(['bob alice'])
  })

  it.each([
    ['username\temial', 'unknown field "emial": users have username, email'],
    ['follower\tfriend', 'unknown field "friend": follows have follower, followed'],
  ])('%j is refused because of its unknown column, and is a record with --no-header', async (header, says) => {
    const { code, stderr } = await imported(`${header}\n`, '--create-users')
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: line 1: ${says}\n  if this row is a record:  --no-header\n` })
    expect((await imported(`${header}\n`, '--create-users --no-header')).code).toBe(0)
  })

  it('is not seen in a post or an address that is a field word', async () => {
    const { run } = await world('body')
    expect((await run('import - --type posts', { stdin: 'body\t2020-01-01T00:00:00Z\tbody\n' })).code).toBe(0)
    expect((await run('import - --type users', { stdin: 'email\temail@example.com\n' })).code).toBe(0)
  })
})

describe('a file of another kind', () => {
  it.each([
    ['JSON', '[{"follower": "alice"}]\n', 'this looks like JSON', 'say so:  --format json'],
    ['ndjson', '{"follower":"alice","followed":"bob"}\n', 'this looks like JSON', 'say so:  --format ndjson, or json for one array'],
    [
      'a Twitter archive',
      'window.YTD.following.part0 = [ {',
      'this looks like a file of a Twitter archive',
      'how to bring it in:  microblog help files',
    ],
    [
      'semicolons',
      'alice;bob\nbob;alice\n',
      'expected 2 columns, found 1: its columns are set apart by semicolons',
      "make tabs of them:  tr ';' '\\t' < file | microblog import -",
    ],
    ['commas', 'alice,bob\n', 'expected 2 columns, found 1: its columns are set apart by commas', 'say so:  --format csv'],
    [
      'blanks',
      'alice bob\n',
      'expected 2 columns, found 1: its columns are set apart by blanks',
      "make tabs of them:  tr -s ' ' '\\t' < file | microblog import -",
    ],
    ['four columns', 'a\tb\tc\td\n'.repeat(9), 'expected 2 columns, found 4', 'what is read:  microblog help import'],
  ])('is refused once, with the way out: %s', async (_what, stdin, says, hint) => {
    expect(await imported(stdin)).toEqual({ code: 1, stderr: `error: line 1: ${says}\n  ${hint}\n`, pairs: [] })
  })

  it("is Mastodon's list of followed accounts", async () => {
    const { stderr } = await imported('Account address,Show boosts,Notify on new posts,Languages\na@b.c,true,false,\n', '--format csv')
    expect(stderr).toBe(
      "error: line 1: this looks like Mastodon's list of followed accounts\n  how to bring it in:  microblog help files\n",
    )
  })

  it.each([
    ['a zip archive', 'PK\x03\x04', 'a zip archive or a spreadsheet', 'unzip data.bin'],
    ['xz', '\xfd7zXZ\0', 'compressed with xz', 'xz -dc data.bin | microblog import -'],
    ['zstd', '\x28\xb5\x2f\xfd', 'compressed with zstd', 'zstd -dc data.bin | microblog import -'],
    ['bzip2', 'BZh9', 'compressed with bzip2', 'bzip2 -dc data.bin | microblog import -'],
    ['SQLite', 'SQLite format 3\0', 'an SQLite database', 'microblog help files'],
  ])('is named by its first bytes: %s', async (_what, bytes, what, hint) => {
    const { folder, run } = await world('alice')
    const file = join(folder, 'data.bin')
    writeFileSync(file, Buffer.from(bytes, 'latin1'))
    const { code, stderr } = await run(`import ${file}`)
    expect({ code, stderr: stderr.replaceAll(`${folder}/`, '') }).toEqual({
      code: 1,
      stderr: expect.stringMatching(`^error: data.bin is ${what}, not text\n`),
    })
    expect(stderr.replaceAll(`${folder}/`, '')).toContain(hint)
  })

  it('is a post without a time, not a user with an unknown field', async () => {
    const { stderr } = await imported('{"username":"alice","body":"hi"}\n', '--format ndjson')
    expect(stderr).toBe('error: line 1: the field "timestamp" is missing\n')
  })
})

describe('bytes that are not UTF-8 text', () => {
  it.each([
    ['gzip without the name of one', gzipSync('alice\tbob\n')],
    ['UTF-16LE', utf16('alice\tbob\n', false)],
    ['UTF-16BE', utf16('alice\tbob\n', true)],
    ['zipped UTF-16', gzipSync(utf16('alice\tbob\n', false))],
    ['UTF-8 with a byte order mark', '\ufeffalice\tbob\n'],
  ])('are read: %s', async (_what, stdin) => {
    expect((await imported(stdin)).pairs).toEqual(['alice bob'])
  })

  it('are read as names and as a post too', async () => {
    const { run } = await world('alice', 'bob')
    expect((await run('follow alice -', { stdin: utf16('bob\r\n', false) })).code).toBe(0)
    expect((await run('post alice -', { stdin: utf16('grüezi\n', true) })).code).toBe(0)
    expect((await run('posts alice --fields body')).stdout).toBe('grüezi\n')
  })

  it('are refused when UTF-16 is cut off', async () => {
    expect(await imported(utf16('alice\tbob\n', false).subarray(0, -1))).toMatchObject({
      code: 1,
      stderr: 'error: not valid UTF-16LE\n',
      pairs: [],
    })
  })
})

describe('rows', () => {
  it.each([
    ['tsv', '\t\t\nalice\tbob\n  \n'],
    ['csv', ',,\nalice,bob\n\n , \n'],
  ])('of empty cells are blank lines in %s', async (format, stdin) => {
    expect(await imported(stdin, `--format ${format}`)).toMatchObject({ code: 0, pairs: ['alice bob'] })
  })

  it.each(['{"follower":"alice","followed":"bob","followed":"carol"}', '{"follower" : "alice","follower":"bo:b","followed":"x"}'])(
    'with a field twice are refused: %s',
    async (line) => {
      expect(await imported(`${line}\n`, '--format ndjson --create-users')).toMatchObject({
        code: 1,
        stderr: 'error: line 1: a field appears twice\n',
        pairs: [],
      })
    },
  )

  it('may have colons and quotes in their values', async () => {
    const { run } = await world('alice')
    const stdin = JSON.stringify({ username: 'alice', timestamp: '2020-01-01T00:00:00Z', body: '"a": {"b": 1}\\' })
    expect((await run('import - --format ndjson', { stdin })).code).toBe(0)
  })

  it('keep their hints when several are refused', async () => {
    const { stderr } = await imported('alice\tbbo\nalice\talicee\n')
    expect(stderr).toBe(
      'error: 2 records were refused: nothing was imported\n  line 1: no user named "bbo" (did you mean "bob"?)\n  line 2: no user named "alicee" (did you mean "alice"?)\n',
    )
  })
})

describe('names on standard input', () => {
  it('are not trimmed, because a bad name is refused and not corrected', async () => {
    const { run } = await world('alice')
    expect(await run('user add -', { stdin: ' bob2 \n' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('" bob2 " is not a username'),
    })
  })

  it.each(['follow alice -', 'follow alice - -k', 'unfollow alice -'])(
    '%s: the first 20 unknown ones are listed, the others counted',
    async (line) => {
      const { run } = await world('alice')
      const { stderr } = await run(line, { stdin: Array.from({ length: 3000 }, (_, n) => `nobody${n}\n`).join('') })
      expect(stderr.match(/no user named/g)).toHaveLength(20)
      expect(stderr).toMatch(/^ *and 2,980 more$/m)
    },
  )
})
