import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BrokenPipeError } from '../src/errors.ts'
import { main } from '../src/main.ts'
import { emptyWorld, world } from './support/run.ts'

describe('a command line', () => {
  it('prints the versions of Node and SQLite too with MICROBLOG_DEBUG=1', async () => {
    const { stdout } = await emptyWorld().run('--version', { env: { MICROBLOG_DEBUG: '1' } })
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\nNode \d+\.\d+\.\d+\nSQLite 3\.\d+\.\d+ \(better-sqlite3 \d+\.\d+\.\d+\)\n$/)
  })

  it.each(['-V', '-v', '--version', 'users -v', '-v users'])('prints the version for %s', async (option) => {
    expect(await emptyWorld().run(option)).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' })
  })

  it('without a command prints help on stderr and exits 2', async () => {
    const { code, stdout, stderr } = await emptyWorld().run([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Usage: microblog')
  })

  it.each(['user', 'db'])('with the group %s alone prints its help on stderr and exits 2', async (group) => {
    const { code, stdout, stderr } = await emptyWorld().run(group)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`Usage: microblog ${group}`)
  })

  it.each([
    ['folow alice bob', 'error: unknown command \'folow\'\n  did you mean "follow"?\n'],
    ['user ad alice', 'error: unknown command \'ad\'\n  did you mean "add"?\n'],
    ['unfolow alice bob', 'error: unknown command \'unfolow\'\n  did you mean "unfollow"?\n'],
    ['backup x.db', 'error: unknown command \'backup\'\n  did you mean "db backup"?\n'],
    ['check', 'error: unknown command \'check\'\n  did you mean "user check" or "db check"?\n'],
    ['init', "error: unknown command 'init'\n  create the database, or bring it up to date:  microblog db upgrade\n"],
    ['version', "error: unknown command 'version'\n  print the version:  microblog --version\n"],
    ['user rename alice', "error: unknown command 'rename'\n  rename a user:  microblog user edit <username> --username <new>\n"],
    ['users --no-color', "error: unknown option '--no-color'\n  print without colours:  --color never\n"],
    ['--no-color users', "error: unknown option '--no-color'\n  print without colours:  --color never\n"],
    ['users --revers', 'error: unknown option \'--revers\'\n  did you mean "--reverse"?\n'],
    ['xyzzy', "error: unknown command 'xyzzy'\n  see:  microblog help\n"],
    ['users --xyzzy', "error: unknown option '--xyzzy'\n  see:  microblog help users\n"],
    ['post alice -bob', "error: unknown option '-bob'\n  put -- before text that begins with -:  microblog post <user> -- -bob\n"],
    ['search -foo bar', "error: unknown option '-foo'\n  put -- before text that begins with -:  microblog search -- -foo\n"],
    ['post alice --at-night', "error: unknown option '--at-night'\n  see:  microblog help post\n"],
    ['follow alice -xyzzy', "error: unknown option '-xyzzy'\n  see:  microblog help follow\n"],
    ['users extra', "error: too many arguments for 'users'. Expected 0 arguments but got 1.\n  see:  microblog help users\n"],
    ['user list extra', "error: too many arguments for 'user list'. Expected 0 arguments but got 1.\n  see:  microblog help user list\n"],
    ['user help add', "error: unknown command 'help'\n  see:  microblog help user add\n"],
    ['db help upgrade', "error: unknown command 'help'\n  see:  microblog help db upgrade\n"],
    ['db help', "error: unknown command 'help'\n  see:  microblog help db\n"],
    ['users -n', "error: option '-n, --limit <n>' argument missing\n  see:  microblog help users\n"],
    ['users --color sometimes', "error: invalid --color 'sometimes'\n  valid values:  auto, always, never\n"],
    ['users --color alwys', 'error: invalid --color \'alwys\'\n  did you mean "always"?\n  valid values:  auto, always, never\n'],
    ['export folows', 'error: invalid type \'folows\'\n  did you mean "follows"?\n  valid values:  follows, users, posts\n'],
    ['completion bsh', 'error: invalid shell \'bsh\'\n  did you mean "bash"?\n  valid values:  bash, zsh, fish, pwsh\n'],
    ['users --format jsn', expect.stringContaining('did you mean "json"?\n  valid values:  ')],
    ['users --fields emial', expect.stringContaining('did you mean "email"?\n  valid values:  ')],
    ['users --sort folowers', expect.stringContaining('did you mean "followers"?\n  valid values:  ')],
    ['users --sort ID', expect.stringContaining('did you mean "id"?\n  valid values:  ')],
  ])('that is invalid exits 2 and prints a hint: %s', async (line, stderr) => {
    const { run, db } = emptyWorld()
    expect(await run(line)).toEqual({ code: 2, stdout: '', stderr })
    expect(existsSync(db)).toBe(false)
  })

  it.each([
    ['an escape', '\u001b[31mred', '\\u{1b}[31mred'],
    ['a C1 control', '\u009b31m', '\\u{9b}31m'],
    ['a bidirectional override', 'a\u202eb', 'a\\u{202e}b'],
    ['a newline', 'a\nb', 'a\\nb'],
    ['an invisible space', 'a\u200bb', 'a\\u{200b}b'],
    ['a tag character', 'a\u{e0041}', 'a\\u{e0041}'],
  ])('that is invalid and contains %s is printed with it escaped', async (_what, word, shown) => {
    const { run } = emptyWorld()
    for (const argv of [
      [word],
      ['user', word],
      ['help', word],
      ['users', `--x${word}`],
      ['users', '--format', word],
      ['users', '-n', word],
      ['users', '--color', word],
    ]) {
      const { code, stderr } = await run(argv)
      expect({ argv, code }).toEqual({ argv, code: 2 })
      expect(stderr.split('\n')[0]).toContain(shown)
      expect(stderr).not.toContain(word)
    }
  })

  it('that names an unknown user is printed with control characters escaped', async () => {
    const { run } = await world('alice')
    const { code, stderr } = await run(['follow', 'alice', '\u001b]0;x\u0007\u202e'])
    expect(code).toBe(3)
    expect(stderr).toMatch(/^[\x20-\x7e\n]*$/)
  })
})

describe('a misspelt username', () => {
  it.each([
    ['bbo', 'bob'],
    ['bo', 'bob'],
    ['bobb', 'bob'],
    ['BBO', 'bob'],
    ['lobert', 'Robert'],
    ['roebrt', 'Robert'],
  ])('%s gets the suggestion %s', async (typed, meant) => {
    const { run } = await world('bob', 'Robert', 'zed')
    expect((await run(`followers ${typed}`)).stderr).toBe(`error: no user named "${typed}"\n  did you mean "${meant}"?\n`)
  })

  it.each(['x', 'amy', 'qwertyuiop', 'z'.repeat(100)])('%s gets no suggestion when no username is similar', async (typed) => {
    const { run } = await world('bob', 'Robert', 'zed')
    expect((await run(`followers ${typed}`)).stderr).toBe(`error: no user named "${typed}"\n`)
  })
})

describe('misspelt usernames', () => {
  it('each get a suggestion', async () => {
    const { run } = await world('alice', 'bob', 'carol', 'dave')
    expect((await run('follow alice nobody bobb dave carrol')).stderr).toBe(
      [
        'error: 3 users do not exist: nothing was changed',
        '  no user named "nobody"',
        '  no user named "bobb" (did you mean "bob"?)',
        '  no user named "carrol" (did you mean "carol"?)\n',
      ].join('\n'),
    )
  })

  it('each get a suggestion with -k', async () => {
    const { run } = await world('alice', 'bob', 'dave')
    expect(await run('follow alice nobody bobb dave -k')).toEqual({
      code: 1,
      stdout: 'alice now follows dave\n',
      stderr: 'error: no user named "nobody"\nerror: no user named "bobb"\n  did you mean "bob"?\n',
    })
  })

  it('get suggestions for the first ten only', async () => {
    const { run } = await world('alice', 'bob')
    const typos = [...'abcdefghijkl'].map((letter) => `bob${letter}`)
    const { stderr } = await run(['follow', 'alice', ...typos, '-k'])
    expect(stderr.match(/no user named/g)).toHaveLength(12)
    expect(stderr.match(/did you mean/g)).toHaveLength(10)
  })
})

describe('an empty username', () => {
  it.each([
    ['followers', ''],
    ['followers', 'alice', '--and', ''],
    ['follow', 'alice', ''],
    ['follow', '', 'alice'],
    ['user', 'add', ''],
    ['user', 'edit', 'alice', '--username', ''],
    ['search', 'x', '--user', ''],
  ])('exits 2 and asks about an unset variable: %s %s %s %s', async (...argv) => {
    const { run } = await world('alice')
    expect(await run(argv)).toEqual({ code: 2, stdout: '', stderr: 'error: an empty username\n  is a variable unset?\n' })
  })
})

describe('a global option', () => {
  it.each(['--color always users', 'users --color always', 'users --color=always'])(
    'is accepted before and after the command: %s',
    async (line) => {
      const { run } = await world('bob')
      expect((await run(`${line} --format table`)).stdout).toContain('\u001b[1m')
    },
  )

  it.each(['--no-input user add x', 'user --no-input add x', 'user add --no-input x'])('is accepted in any position: %s', async (line) => {
    const { run } = await world()
    expect((await run(line)).code).toBe(0)
  })
})

describe('an error', () => {
  it('is printed without a stack trace', async () => {
    expect((await emptyWorld().run('users')).stderr).not.toContain('    at ')
  })

  it('is printed with a stack trace with MICROBLOG_DEBUG=1', async () => {
    const { run } = emptyWorld()
    expect((await run('users', { env: { MICROBLOG_DEBUG: '1' } })).stderr).toContain('    at ')
  })

  it('is coloured only on request', async () => {
    const { run } = emptyWorld()
    expect((await run('users --color always')).stderr).toContain('\u001b[31m\u001b[1merror:')
    expect((await run('users')).stderr).toMatch(/^error:/)
  })

  it('in the command line is coloured on request too', async () => {
    const { run } = emptyWorld()
    expect((await run('users --nope', { env: { FORCE_COLOR: '1' } })).stderr).toContain('\u001b[31m')
  })
})

describe('an error that is not ours', () => {
  async function* failing(error: unknown) {
    yield Buffer.from('bob\n')
    throw error
  }

  it('of the system is described in words', async () => {
    const { run } = await world('alice', 'bob')
    const error = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' })
    expect(await run('follow alice -', { stdin: failing(error) })).toEqual({ code: 4, stdout: '', stderr: 'error: read: i/o error\n' })
  })

  it('exits 4 and is called a bug', async () => {
    const { run } = await world('alice', 'bob')
    const { code, stderr } = await run('follow alice -', { stdin: failing(new Error('boom')) })
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringMatching(/^error: unexpected: boom\n {2}this is a bug/) })
  })
})

describe('a command line that lacks something', () => {
  it('is answered with the usage', async () => {
    expect(await emptyWorld().run('follow alice')).toEqual({
      code: 2,
      stdout: '',
      stderr: "error: missing required argument 'target'\n  usage:  microblog follow <user> <target...>\n  see:  microblog help follow\n",
    })
  })

  it('or has a word where a number stands is told so', async () => {
    expect(await emptyWorld().run('users -n three')).toMatchObject({
      code: 2,
      stderr: 'error: --limit takes a whole number, not "three"\n  see:  microblog help users\n',
    })
  })
})

describe('an option that may be repeated', () => {
  it('is refused beyond what one query can hold', async () => {
    const { run } = await world('alice', 'bob')
    const ands = (count: number) => ['followers', 'alice', ...Array(count).fill(['--and', 'bob']).flat(), '--mutual']
    expect((await run(ands(400))).code).toBe(0)
    expect(await run(ands(401))).toMatchObject({ code: 2, stderr: expect.stringContaining('at most 400 times') })
  })
})

describe('a closed pipe on stdout', () => {
  it.each(['users', 'help', '--help', '--version', 'user show alice'])('ends %s with exit code 0 and without a message', async (line) => {
    const { db } = await world('alice')
    const printed: (string | Uint8Array)[] = []
    const closedPipe = {
      isTerminal: false,
      columns: 80,
      write() {
        throw new BrokenPipeError()
      },
    }
    const stderr = { isTerminal: false, columns: 80, write: (text: string | Uint8Array) => void printed.push(text) }
    const io = { stdin: { isTerminal: false, async *chunks() {} }, stdout: closedPipe, stderr, env: { MICROBLOG_DB: db } }
    expect(await main(line.split(' '), io)).toBe(0)
    expect(printed).toEqual([])
  })
})

describe('a command', () => {
  it.each(['users', 'user show alice', 'follow alice bob', 'followers alice', 'user add x', 'users --nope', 'db history', 'db current'])(
    'leaves no file beside the database: %s',
    async (line) => {
      const { run, folder } = await world('alice', 'bob')
      await run(line)
      expect(readdirSync(folder)).toEqual(['microblog.db'])
    },
  )

  it.each([
    'users',
    'user show a',
    'user add a',
    'follow a b',
    'unfollow a b',
    'is-following a b',
    'db downgrade',
    'db history',
    'db path',
  ])('does not create a database: %s', async (line) => {
    const { run, folder } = emptyWorld()
    await run(line)
    expect(readdirSync(folder)).toEqual([])
  })
})

const home = '  the shell expands ~ only at the beginning of a word: write "$HOME" instead\n'

describe('a path with a ~ that the shell left as it is', () => {
  it.each([
    ['--db=~/x.db users', `error: no database at ~/x.db\n${home}`],
    ['--db=~bob/x.db users', `error: no database at ~bob/x.db\n${home}`],
    ['--db=~/x.db db upgrade', `error: no folder ${resolve('~')}\n${home}`],
    ['db backup ~/x.db', `error: no folder ${resolve('~')}\n${home}`],
    ['export users --output=~/x.tsv', `error: no folder ~\n${home}`],
    ['--db=~x.db users', "error: no database at ~x.db\n  create it:  microblog --db '~x.db' db upgrade\n"],
  ])('is answered with $HOME: %s', async (line, error) => {
    const { run } = await world()
    const { code, stderr } = await run(line)
    expect(stderr).toBe(error)
    expect(code).toBeGreaterThanOrEqual(3)
  })
})
