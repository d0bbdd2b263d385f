import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { execute, query } from '../support/database.ts'
import { world } from '../support/run.ts'

async function place(...users: readonly string[]) {
  const { run, folder, db } = await world(...users)
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const following = async (user: string) => (await run(['following', user])).stdout
  return { run, folder, db, file, following }
}

const added = (count: number, known = 0, failed = 0) => `${count} added, ${known} already there, ${failed} failed\n`

describe('import of follows', () => {
  it('adds new follows and counts those that exist', async () => {
    const { run, file, following } = await place('alice', 'bob', 'carol')
    const edges = file('edges.tsv', 'alice\tbob\nalice\tcarol\nalice\tbob\n')
    expect(await run(['import', edges])).toEqual({ code: 0, stdout: '', stderr: added(2, 1) })
    expect(await following('alice')).toBe('bob\ncarol\n')
    expect((await run(['import', edges])).stderr).toBe(added(0, 3))
    expect((await run('followers bob')).stdout).toBe('alice\n')
  })

  it.each([
    ['tsv', 'follower\tfollowed\nalice\tbob\n'],
    ['plain', 'alice\tbob\n'],
    ['csv', 'follower,followed\r\nalice,bob\r\n'],
    ['ndjson', '{"follower":"alice","followed":"bob"}\n'],
    ['jsonl', '{"follower":"alice","followed":"bob"}'],
    ['json', '[{"follower":"alice","followed":"bob"}]\n'],
  ])('reads %s from a gzipped file, a file, and standard input', async (format, text) => {
    const { run, file, following } = await place('alice', 'bob')
    expect((await run(['import', file(`edges.${format}.gz`, gzipSync(text))])).stderr).toBe(added(1))
    expect((await run(['import', file(`edges.${format}`, text)])).stderr).toBe(added(0, 1))
    expect((await run(['import', '-', '--format', format], { stdin: text })).stderr).toBe(added(0, 1))
    expect(await following('alice')).toBe('bob\n')
  })

  it('accepts columns in any order when there is a header', async () => {
    const { run, following } = await place('alice', 'bob')
    await run('import -', { stdin: 'followed\tfollower\nbob\talice\n' })
    expect(await following('alice')).toBe('bob\n')
  })

  it('tolerates a byte order mark, CRLF, comments, blank lines, @, another case and a missing last newline', async () => {
    const { run } = await place('alice', 'bob', 'carol')
    const stdin = '\ufefffollower\tfollowed\r\n# a comment\r\n\r\n@ALICE\tBob\r\nalice\t@carol'
    expect((await run('import -', { stdin })).stderr).toBe(added(2))
    expect((await run('following alice')).stdout).toBe('bob\ncarol\n')
  })

  it('reads the first line as a record with --no-header', async () => {
    const { run, following } = await place('follower', 'followed')
    await run('import - --no-header', { stdin: 'follower\tfollowed\n' })
    expect(await following('follower')).toBe('followed\n')
  })

  it('writes nothing when a line is refused, and prints its number', async () => {
    const { run, file, following } = await place('alice', 'bob')
    const edges = file('edges.tsv', 'alice\tbob\n\nalice\nalice\tbob\n')
    expect(await run(['import', edges])).toEqual({ code: 1, stdout: '', stderr: `error: ${edges}:3: expected 2 columns, found 1\n` })
    expect(await following('alice')).toBe('')
  })

  it('imports the rest with --keep-going and exits 1', async () => {
    const { run, following } = await place('alice', 'bob')
    const { code, stderr } = await run('import - -k', { stdin: 'alice\talice\nalice\tbbo\nalice\tbob\n' })
    const faults = 'error: line 1: alice cannot follow themselves\nerror: line 2: no user named "bbo"\n  did you mean "bob"?\n'
    expect({ code, stderr }).toEqual({ code: 1, stderr: faults + added(1, 0, 2) })
    expect(await following('alice')).toBe('bob\n')
  })

  it('prints the first 20 errors and the number of the others', async () => {
    const { run } = await place('alice')
    const { code, stderr } = await run('import -', { stdin: `alice\talice\n${'alice\n'.repeat(24)}` })
    const lines = stderr.split('\n')
    expect(code).toBe(1)
    expect(lines[0]).toBe('error: 25 records were refused: nothing was imported')
    expect(lines[20]).toBe('  line 20: expected 2 columns, found 1')
    expect(lines[21]).toBe('  and 5 more')
  })

  it('exits 3 for an unknown user, and creates users with --create-users', async () => {
    const { run } = await place('alice')
    const stdin = 'alice\tbob\nBob\tcarol\n'
    expect((await run('import -', { stdin: 'alice\tbob\n' })).code).toBe(3)
    expect(await run('import - --create-users', { stdin })).toEqual({ code: 0, stdout: '', stderr: `2 users created\n${added(2)}` })
    expect((await run('user list')).stdout).toBe('alice\nbob\ncarol\n')
    expect((await run('import - --create-users', { stdin: "alice\td'angelo\n" })).stderr).toContain(
      `line 1: "d'angelo" is not a username\n  a username is 1 to 64`,
    )
  })

  it('suggests the nearest name for an unknown user', async () => {
    const { run } = await place('alice', 'bob')
    expect((await run('import -', { stdin: 'alice\tbbo\n' })).stderr).toBe('error: line 1: no user named "bbo"\n  did you mean "bob"?\n')
  })

  it('changes nothing in a dry run', async () => {
    const { run } = await place('alice')
    const result = await run('import - --create-users --dry-run', { stdin: 'alice\tbob\n' })
    expect(result.stderr).toBe(`1 user created\n${added(1)}dry run: nothing was changed\n`)
    expect((await run('user list')).stdout).toBe('alice\n')
  })
})

describe('import of users', () => {
  it('adds users with and without an email address', async () => {
    const { run } = await place()
    const stdin = 'username,email\r\nalice,alice@example.com\r\nbob,\r\n'
    expect((await run('import - --format csv', { stdin })).stderr).toBe(added(2))
    expect((await run('import - --format csv', { stdin })).stderr).toBe(added(0, 2))
    expect((await run('import - --type users', { stdin: 'carol\nalice\n' })).stderr).toBe(added(1, 1))
    expect((await run('user list --format tsv --fields username,email')).stdout).toBe(
      'username\temail\nalice\talice@example.com\nbob\t\ncarol\t\n',
    )
  })

  it('refuses an invalid name, a changed email address, a taken one and an invalid one', async () => {
    const { run } = await place()
    const first = { stdin: 'username\temail\nalice\ta@example.com\n' }
    await run('import -', first)
    const stdin = "D'angelo\t\nalice\tb@example.com\nbob\tA@EXAMPLE.COM\ncarol\tnone\n"
    const { code, stderr } = await run('import - --type users -k', { stdin })
    expect(code).toBe(1)
    expect(stderr).toContain(`error: line 1: "D'angelo" is not a username`)
    expect(stderr).toContain('error: line 2: the user "alice" already exists, with another email address')
    expect(stderr).toContain('error: line 3: the email address A@EXAMPLE.COM belongs to alice')
    expect(stderr).toContain('error: line 4: "none" is not an email address')
    expect(stderr).toContain(added(0, 0, 4))
  })
})

describe('import of posts', () => {
  const header = 'username\ttimestamp\tbody\n'

  it('adds posts once when the same input is imported twice', async () => {
    const { run } = await place('alice')
    const stdin = `${header}alice\t2007-10-06 17:13:29 -0400\tsecond\nalice\t2001-01-01T00:00:00Z\tfirst \\\\ \\u{1f600}\\n\n`
    expect((await run('import -', { stdin })).stderr).toBe(added(2))
    expect((await run('import -', { stdin })).stderr).toBe(added(0, 2))
  })

  it('adds a repeated post as often as the input has more copies than the database', async () => {
    const { run } = await place('alice')
    const post = 'alice\t2001-01-01T00:00:00.000Z\thello\n'
    expect((await run('import -', { stdin: header + post })).stderr).toBe(added(1))
    expect((await run('import -', { stdin: header + post.repeat(3) })).stderr).toBe(added(2, 1))
    expect((await run('import -', { stdin: header + post.repeat(3) })).stderr).toBe(added(0, 3))
  })

  it.each(['\\ud83d', '\\u0000'])('refuses a body with %s, which SQLite would not give back as it was', async (escaped) => {
    const { run } = await place('alice')
    const stdin = `{"username":"alice","timestamp":"2001-01-01T00:00:00Z","body":"a${escaped}b"}\n`
    expect(await run('import - --format ndjson', { stdin })).toMatchObject({
      code: 1,
      stderr: 'error: line 1: a post cannot contain NUL or a lone surrogate\n',
    })
    expect((await run('posts alice --count')).stdout).toBe('0\n')
  })

  it('refuses invalid bodies, times and escapes', async () => {
    const { run } = await place('alice')
    const stdin = `${header}alice\t2001-01-01T00:00:00Z\t${'x'.repeat(141)}\nalice\tyesterday\tx\nalice\t2001-01-01T00:00:00Z\t\\x\nalice\t2001-01-01T00:00:00Z\t\n`
    const { stderr } = await run('import - -k --create-users', { stdin })
    expect(stderr).toContain('line 2: a post is at most 140 characters; this one has 141')
    expect(stderr).toContain('line 3: "yesterday" is not a time')
    expect(stderr).toContain('line 4: column 3: a backslash')
    expect(stderr).toContain('line 5: a post cannot be empty')
  })

  it('creates authors with --create-users', async () => {
    const { run } = await place()
    const stdin = `${header}alice\t2001-01-01T00:00:00Z\thello\nalice\t2001-01-01T00:00:00Z\tagain\n`
    expect((await run('import - --create-users', { stdin })).stderr).toBe(`1 user created\n${added(2)}`)
  })
})

describe('an unknown user who is named only in a refused record', () => {
  it.each([
    ['a follow of oneself', 'follows', 'eve\teve\nalice\tbob\n', 'alice\nbob\n'],
    ['a follow of an invalid name', 'follows', "eve\td'angelo\nalice\tbob\n", 'alice\nbob\n'],
    ['an empty post', 'posts', 'eve\t2001-01-01T00:00:00Z\t\nalice\t2001-01-01T00:00:00Z\thello\n', 'alice\n'],
  ])('is not created by %s', async (_what, type, stdin, users) => {
    const { run } = await place()
    const { code, stderr } = await run(`import - -k --create-users --type ${type}`, { stdin })
    expect({ code, last: stderr.split('\n').at(-2) }).toEqual({ code: 1, last: '1 added, 0 already there, 1 failed' })
    expect((await run('user list')).stdout).toBe(users)
  })
})

describe('an import during which another connection changes the database', () => {
  /** `text` as input; `sql` runs on another connection after it was read. */
  async function* inputThenChange(db: string, text: string, sql: string) {
    yield Buffer.from(text)
    // Asking for the next chunk means that the lines above are staged.
    execute(db, sql)
    yield Buffer.from('# the end\n')
  }
  const post = (username: string) => `${username}\t2001-01-01T00:00:00.000Z\thello\n`
  const samePost = "INSERT INTO posts (body, timestamp, user_id) VALUES ('hello', '2001-01-01T00:00:00.000Z', 1)"

  it.each([
    ['renamed', 'follows', 'alice\tbob\n', "UPDATE users SET username = 'bobby' WHERE username = 'bob'"],
    ['removed', 'follows', 'alice\tbob\n', "DELETE FROM users WHERE username = 'bob'"],
    [
      'replaced by another user',
      'follows',
      'alice\tbob\n',
      "DELETE FROM users WHERE id = 2; INSERT INTO users VALUES (2, 'mallory', NULL, NULL)",
    ],
    ['replaced by another user of the same name', 'posts', post('bob'), "UPDATE users SET id = 9 WHERE username = 'bob'"],
  ])('is refused when a user in the input was %s', async (_what, type, text, sql) => {
    const { run, db } = await place('alice', 'bob')
    const { code, stderr } = await run(`import - --type ${type}`, { stdin: inputThenChange(db, text, sql) })
    const error = 'bob was removed or renamed while the input was read: nothing was imported'
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: ${error}\n  run it again\n` })
    expect((await run('export follows --no-header')).stdout + (await run('export posts --no-header')).stdout).toBe('')
  })

  it.each([
    [
      'a newer program upgrades the database',
      "INSERT INTO schema_migrations VALUES ('0099', 'later', '', '', 1)",
      /newer than this program/,
    ],
    ['it is downgraded', 'DELETE FROM schema_migrations', /is behind: it is at \(empty\)/],
  ])('exits 4 without a change when %s', async (_what, sql, says) => {
    const { run, db } = await place('alice', 'bob')
    const { code, stderr } = await run('import -', { stdin: inputThenChange(db, 'alice\tbob\n', sql) })
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(says) })
    expect(query(db, 'SELECT * FROM followers')).toEqual([])
  })

  it('succeeds when only users outside the input have changed', async () => {
    const { run, db } = await place('alice', 'bob', 'carol')
    const stdin = inputThenChange(db, 'alice\tbob\n', "UPDATE users SET username = 'caroline' WHERE username = 'carol'")
    expect((await run('import -', { stdin })).stderr).toBe(added(1))
  })

  it('uses an unknown user whom the other connection created', async () => {
    const { run, db, following } = await place('alice')
    const stdin = inputThenChange(db, 'alice\tbob\nalice\tcarol\n', "INSERT INTO users (username) VALUES ('BOB')")
    expect((await run('import - --create-users', { stdin })).stderr).toBe(`1 user created\n${added(2)}`)
    expect(await following('alice')).toBe('BOB\ncarol\n')
  })

  it('does not repeat a post that the other connection added', async () => {
    const { run, db } = await place('alice')
    await run('import - --type posts', { stdin: post('alice') })
    const stdin = inputThenChange(db, post('alice').repeat(3), samePost)
    expect((await run('import - --type posts', { stdin })).stderr).toBe(added(1, 2))
  })
})

describe('a user who occurs in the input more than once', () => {
  it.each([
    ['with the same address', 'alice\ta@example.com\nALICE\ta@example.com\n', added(1, 1)],
    ['without an address the second time', 'alice\ta@example.com\nalice\t\n', added(1, 1)],
  ])('is added once: %s', async (_what, stdin, stderr) => {
    const { run } = await place()
    expect(await run('import - --type users', { stdin })).toEqual({ code: 0, stdout: '', stderr })
  })

  it.each([
    [
      'the second line adds an address',
      'alice\nalice\ta@example.com\n',
      'line 2: the user "alice" already exists, without an email address',
    ],
    [
      'the second line changes the address',
      'alice\ta@example.com\nalice\tb@example.com\n',
      'line 2: the user "alice" already exists, with another email address',
    ],
    [
      'another user has the same address',
      'alice\ta@example.com\nbob\tA@example.com\n',
      'line 2: the email address A@example.com belongs to alice',
    ],
  ])('is refused when %s', async (_what, stdin, message) => {
    const { run } = await place()
    expect(await run('import - --type users', { stdin })).toEqual({ code: 1, stdout: '', stderr: `error: ${message}\n` })
    expect((await run('user list')).stdout).toBe('')
    expect((await run('import - --type users -k', { stdin })).stderr).toBe(`error: ${message}\n${added(1, 0, 1)}`)
  })

  it('prints the first 20 errors of different kinds in the order of the lines', async () => {
    const { run } = await place('zoe')
    const stdin = [...Array(15).keys()].map(() => "zoe\tz@example.com\nd'angelo\t\n").join('')
    const { stderr } = await run('import - --type users', { stdin })
    const lines = stderr.split('\n')
    expect(lines[0]).toBe('error: 30 records were refused: nothing was imported')
    expect(lines.slice(1, 21).map((line) => Number(/^ {2}line (\d+): /.exec(line)?.[1]))).toEqual([...Array(20).keys()].map((n) => n + 1))
    expect(lines[21]).toBe('  and 10 more')
  })
})

describe('import', () => {
  it.each([
    ['no file', 'import', 2],
    ['a missing file', 'import nowhere.tsv', 3],
    ['a folder', 'import /tmp', 3],
    ['an unknown format', 'import - --format xml', 2],
    ['an unknown type', 'import - --type likes', 2],
  ])('refuses %s', async (_what, line, code) => {
    const { run } = await place()
    expect((await run(line)).code).toBe(code)
  })

  it('exits 0 without a change when the input is empty', async () => {
    const { run } = await place()
    expect(await run('import -')).toEqual({ code: 0, stdout: '', stderr: added(0) })
    expect((await run('import - --format json --type follows', { stdin: '[]' })).stderr).toBe(added(0))
  })
})

describe('hostile input', () => {
  const rows: readonly [what: string, format: string, stdin: string | Uint8Array, message: string][] = [
    ['invalid UTF-8', 'tsv', Buffer.concat([Buffer.from('alice\tbob\nalice\tb'), Buffer.from([0xff, 0x0a])]), 'line 2: not valid UTF-8'],
    [
      'invalid UTF-8 in csv',
      'csv',
      Buffer.concat([Buffer.from('alice,bob\nalice,b'), Buffer.from([0xc3, 0x28])]),
      'line 2: not valid UTF-8',
    ],
    ['NUL', 'tsv', 'alice\tbob\nalice\tb\0b\n', 'line 2: contains a NUL character'],
    ['a truncated last line', 'tsv', 'alice\tbob\nalic', 'line 2: expected 2 columns, found 1'],
    ['a truncated ndjson line', 'ndjson', '{"follower":"alice","followed":"bob"}\n{"follower":"al', 'line 2: not valid JSON'],
    ['a truncated array', 'json', '[{"follower":"alice","followed":"bob"},\n{"follower":"al', 'line 2: the JSON array is not closed'],
    ['a row with a column too many', 'csv', 'alice,bob\nalice,bob,carol\n', 'line 2: expected 2 columns, found 3'],
    ['an unclosed quote', 'csv', 'alice,bob\nalice,"bob\n', 'line 2: a quote is opened and never closed'],
    ['an unclosed quote above others', 'csv', 'alice,bob\nalice,"bob\nx,y\nx,z\n', 'line 2: a quote is opened and never closed'],
    ['a number for a name', 'ndjson', '{"follower":"alice","followed":5}\n', 'line 1: the field "followed" is a number, not a string'],
    ['__proto__', 'ndjson', '{"follower":"alice","followed":"bob","__proto__":{"x":1}}\n', 'line 1: unknown field "__proto__"'],
    ['an id', 'json', '[\n{"username":"eve","id":1}]', 'line 2: unknown field "id"'],
    ['a password hash', 'csv', 'username,password_hash\neve,x\n', 'line 1: unknown field "password_hash"'],
    ['a long line', 'tsv', `alice\tbob\n${'x'.repeat(1024 * 1024 + 1)}`, 'line 2: longer than 1 MiB'],
    ['an ndjson line that is no object', 'ndjson', '[]\n', 'line 1: expected a JSON object'],
    ['a json file that is no array', 'json', '{}', 'line 1: expected a JSON array'],
    ['a record of no known type', 'ndjson', '{"who":"alice"}\n', 'line 1: these could be follows, users or posts'],
    ['a control character', 'tsv', 'alice\t\u001b[31mbob\n', 'line 1: no user named "\\u{1b}[31mbob"'],
  ]

  it.each(rows)('refuses %s with a one-line error and writes nothing', async (what, format, stdin, message) => {
    const { run } = await place('alice', 'bob')
    const { code, stdout, stderr } = await run(['import', '-', '--format', format], { stdin })
    const isUnknownUser = what === 'a control character'
    expect({ code, stdout }).toEqual({ code: isUnknownUser ? 3 : 1, stdout: '' })
    expect(stderr.split('\n')[0]).toContain(`error: ${message}`)
    expect(stderr.split('\n')).toHaveLength(2)
    expect((await run('followers bob')).stdout).toBe('')
    expect((await run('user list')).stdout).toBe('alice\nbob\n')
  })

  it('refuses a damaged gzip file', async () => {
    const { run, file } = await place('alice', 'bob')
    const { code, stderr } = await run(['import', file('edges.tsv.gz', gzipSync('alice\tbob\n'.repeat(1000)).subarray(0, 40))])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('damaged gzip file') })
  })
})

describe('progress', () => {
  const rows = [...Array(39_800).keys()].map((index) => `u${index % 200}\tu${(index + 1 + Math.floor(index / 200)) % 200}\n`).join('')

  async function* slowly() {
    for (const half of [rows.slice(0, rows.length / 2), rows.slice(rows.length / 2)]) {
      yield Buffer.from(half)
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
  }

  it('is shown on a terminal and cleared before the totals', async () => {
    const { run } = await place()
    const { stderr } = await run('import - --create-users', { stdin: slowly(), errorTerminal: true })
    expect(stderr.slice(1)).toMatch(/^reading: [\d,]+ rows, [\d,]+ a second/)
    expect(stderr.split('\u001b[K').at(-1)).toBe(`200 users created\n${added(39_800)}`)
  })

  it('is shown neither in a pipe nor with --quiet', async () => {
    const { run } = await place()
    expect((await run('import - --create-users --dry-run', { stdin: slowly() })).stderr).not.toContain('reading')
    expect((await run('import - --create-users -q', { stdin: slowly(), errorTerminal: true })).stderr).toBe('')
  })
})
