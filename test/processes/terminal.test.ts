import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkout } from '../support/checkout.ts'
import { execute, fillWithUsers } from '../support/database.ts'
import { migrationFiles } from '../support/migrations.ts'
import { bin, microblog, shell } from '../support/process.ts'
import { temporaryFolder, world } from '../support/run.ts'
import { onTerminal } from '../support/terminal.ts'

const enter = '\r'
const ctrlC = '\u0003'

describe('on a terminal', () => {
  it('follow prints a tick before the change', async () => {
    const { folder } = await world('alice', 'bob')
    expect((await onTerminal(['follow', 'alice', 'bob'], { cwd: folder })).text).toBe('✓ alice now follows bob\n')
  })

  it('a list is a table with a count', async () => {
    const { folder } = await world('alice', 'bob')
    expect((await onTerminal(['users'], { cwd: folder })).text).toBe(
      'username  followers  following  posts\nalice             0          0      0\nbob               0          0      0\n2 rows\n',
    )
  })

  it('an empty list is reported in a sentence', async () => {
    const { folder } = await world('alice')
    expect((await onTerminal(['followers', 'alice'], { cwd: folder })).text).toBe('nobody follows alice yet\n')
  })

  it('is-following answers in words', async () => {
    const { folder } = await world('alice', 'bob')
    expect(await onTerminal(['is-following', 'alice', 'bob'], { cwd: folder })).toMatchObject({
      code: 1,
      text: 'no: alice does not follow bob\n',
    })
  })

  it('NO_COLOR turns colours off', async () => {
    const { folder } = await world('alice', 'bob')
    expect((await onTerminal(['users'], { cwd: folder, env: { NO_COLOR: '1' } })).raw).not.toContain('\u001b[')
  })
})

describe('a prompt', () => {
  it('offers to create a missing database', async () => {
    const cwd = temporaryFolder()
    const { code, text } = await onTerminal(['user', 'add', 'alice'], { cwd, answers: [{ prompt: 'Run db upgrade now?', keys: enter }] })
    expect(code).toBe(0)
    expect(text).toContain('Running upgrade (empty) -> 0001, users ... done')
    expect(readdirSync(cwd)).toEqual(['microblog.db'])
  })

  it('leaves no file when the offer is declined', async () => {
    const cwd = temporaryFolder()
    const { code } = await onTerminal(['user', 'add', 'alice'], { cwd, answers: [{ prompt: 'Run db upgrade now?', keys: `n${enter}` }] })
    expect(code).toBe(4)
    expect(readdirSync(cwd)).toEqual([])
  })

  it('is not shown by a command that reads, which names MICROBLOG_DB instead', async () => {
    const cwd = temporaryFolder()
    expect(await onTerminal(['users'], { cwd, env: { NO_COLOR: '1' } })).toMatchObject({
      code: 4,
      text: 'error: no database at ./microblog.db\n  create it:  microblog db upgrade\n  or name one for all folders:  export MICROBLOG_DB="$HOME/microblog.db"\n',
    })
    expect(readdirSync(cwd)).toEqual([])
  })

  it('is not shown with --no-input', async () => {
    const cwd = temporaryFolder()
    expect(await onTerminal(['user', 'add', 'alice', '--no-input'], { cwd })).toMatchObject({ code: 4 })
  })

  it('asks before users are removed, and keeps them when the answer is no', async () => {
    const { folder, run } = await world('alice')
    const { code, text } = await onTerminal(['user', 'remove', 'alice'], { cwd: folder, answers: [{ prompt: 'Continue?', keys: enter }] })
    expect(code).toBe(1)
    expect(text).toContain('cancelled: nothing was changed')
    expect((await run('users')).stdout).toBe('alice\n')
  })

  it('removes them when the answer is yes', async () => {
    const { folder, run } = await world('alice', 'bob')
    await onTerminal(['user', 'remove', 'alice'], { cwd: folder, answers: [{ prompt: 'Continue?', keys: `y${enter}` }] })
    expect((await run('users')).stdout).toBe('bob\n')
  })

  it('ends with exit code 130 on Ctrl-C without a change', async () => {
    const { folder, run } = await world('alice')
    const { code, text } = await onTerminal(['user', 'remove', 'alice'], { cwd: folder, answers: [{ prompt: 'Continue?', keys: ctrlC }] })
    expect(code).toBe(130)
    expect(text).not.toContain('error')
    expect((await run('users')).stdout).toBe('alice\n')
  })

  it.each([
    ['a question', ['user', 'remove', 'alice'], 'Continue?'],
    ['a password', ['user', 'add', 'bob', '-i', '--email', 'bob@example.com'], 'Password'],
    ['the body of a post', ['post', 'alice'], 'Post as'],
    ['an offer', ['--db', 'missing.db', 'user', 'add', 'bob'], 'Run db upgrade now?'],
  ])('ends quietly by SIGHUP, without a change, when the terminal is closed at %s', async (_what, argv, prompt) => {
    const { folder, run } = await world('alice')
    expect(await onTerminal(argv, { cwd: folder, answers: [{ prompt }] })).toMatchObject({ code: 129 })
    expect((await run('users')).stdout).toBe('alice\n')
    expect((await run('posts alice')).stdout).toBe('')
    expect(readdirSync(folder)).toEqual(['microblog.db'])
  })

  it('masks the password of user edit and user check, also with --password-stdin', async () => {
    const { folder, run } = await world('alice')
    const ask = (argv: string[], ...answers: { prompt: string; keys: string }[]) => onTerminal(argv, { cwd: folder, answers })
    const twice = [
      { prompt: 'New password', keys: `s3cret${enter}` },
      { prompt: 'Again', keys: `s3cret${enter}` },
    ]
    const once = { prompt: 'Password', keys: `s3cret${enter}` }
    const screens = [
      await ask(['user', 'edit', 'alice', '--password'], ...twice),
      await ask(['user', 'check', 'alice'], once),
      await ask(['user', 'check', 'alice', '--password-stdin'], once),
    ]
    expect(screens.map(({ code, text }) => ({ code, isShown: text.includes('s3cret') }))).toEqual(
      Array(3).fill({ code: 0, isShown: false }),
    )
    expect((await ask(['user', 'check', 'alice'], { prompt: 'Password', keys: `wrong${enter}` })).code).toBe(1)
    expect((await run('user check alice --password-stdin', { stdin: 's3cret\n' })).code).toBe(0)
  })

  it('is not shown by user add without -i', async () => {
    const { folder } = await world()
    expect(await onTerminal(['user', 'add', 'alice'], { cwd: folder, env: { NO_COLOR: '1' } })).toMatchObject({
      code: 0,
      text: '✓ Added alice\n',
    })
  })

  it('asks a single new user for email and password with -i', async () => {
    const { folder, run } = await world()
    const answers = [
      { prompt: 'Email', keys: `alice@example.com${enter}` },
      { prompt: 'Password', keys: `s3cret${enter}` },
      { prompt: 'Again', keys: `s3cret${enter}` },
    ]
    const { code, text } = await onTerminal(['user', 'add', 'alice', '-i'], { cwd: folder, answers })
    expect(code).toBe(0)
    expect(text).not.toContain('s3cret')
    expect((await run('user show alice --fields email')).stdout).toBe('alice@example.com\n')
    expect((await run('user check alice --password-stdin', { stdin: 's3cret\n' })).code).toBe(0)
  })

  it('asks for the body of a post and counts its characters during input', async () => {
    const { folder, run } = await world('alice')
    const answers = [
      { prompt: 'Post as alice: (0/140)', keys: '🎉 ' },
      { prompt: 'Post as alice: (2/140) 🎉', keys: 'hi' },
      { prompt: 'Post as alice: (4/140) 🎉 hi', keys: enter },
    ]
    const { code, text } = await onTerminal(['post', 'alice'], { cwd: folder, answers, env: { NO_COLOR: '1' } })
    expect(code).toBe(0)
    expect(text).toMatch(/✔ Post as alice: 🎉 hi\n✓ Posted #1 as alice\n$/)
    expect((await run('posts alice --fields body --no-header')).stdout).toBe('🎉 hi\n')
  })

  it.each([
    ['an empty post', '', '0/140', 'a post cannot be empty', 'hello', 'hello'],
    [
      'a post that is too long',
      'x'.repeat(141),
      '141/140',
      'a post is at most 140 characters; this one has 141',
      '\u007f',
      'x'.repeat(140),
    ],
  ])('explains why it refuses %s and lets the user correct it', async (_what, first, counted, problem, correction, body) => {
    const { folder, run } = await world('alice')
    const answers = [
      { prompt: 'Post as alice: (0/140)', keys: first },
      { prompt: `(${counted})`, keys: enter },
      { prompt: problem, keys: correction },
      { prompt: `(${body.length}/140)`, keys: enter },
    ].slice(first === '' ? 1 : 0)
    const { code, text } = await onTerminal(['post', 'alice'], { cwd: folder, answers, env: { NO_COLOR: '1' } })
    expect(code).toBe(0)
    expect(text).toMatch(/✓ Posted #1 as alice\n$/)
    expect((await run('posts alice --fields body --no-header')).stdout).toBe(`${body}\n`)
  })

  it('adds no post when Ctrl-C is pressed at the body', async () => {
    const { folder, run } = await world('alice')
    const answers = [
      { prompt: '(0/140)', keys: 'hello' },
      { prompt: '(5/140)', keys: ctrlC },
    ]
    const { code, text } = await onTerminal(['post', 'alice'], { cwd: folder, answers })
    expect({ code, hasError: text.includes('error') }).toEqual({ code: 130, hasError: false })
    expect((await run('posts alice')).stdout).toBe('')
  })

  it('asks before a downgrade that loses rows', async () => {
    const { folder, run } = await world('alice', 'bob')
    await run('follow alice bob')
    const { code, text } = await onTerminal(['db', 'downgrade', '0002'], { cwd: folder, answers: [{ prompt: 'Continue?', keys: enter }] })
    expect(code).toBe(1)
    expect(text).toContain('This loses 1 row of followers')
    expect((await run('followers bob')).stdout).toBe('alice\n')
  })

  it('lets a downgrade lose no more than was agreed to', async () => {
    const { folder, db, run } = await world('alice', 'bob', 'carol')
    await run('follow alice bob')
    const meanwhile = () => execute(db, 'INSERT INTO followers VALUES (1, 3)')
    const answers = [{ prompt: 'Continue?', keys: `y${enter}`, meanwhile }]
    expect(await onTerminal(['db', 'downgrade', '0002'], { cwd: folder, answers })).toMatchObject({
      code: 4,
      text: expect.stringContaining('would now lose more than you confirmed: nothing was changed'),
    })
    expect((await run('following alice')).stdout).toBe('bob\ncarol\n')
  })

  it('removes no other user who has taken the name in the meantime', async () => {
    const { folder, db, run } = await world('alice', 'bob')
    const meanwhile = () => execute(db, "UPDATE users SET username = 'alicia' WHERE id = 1; UPDATE users SET username = 'x' WHERE id = 2")
    const answers = [{ prompt: 'Continue?', keys: `y${enter}`, meanwhile }]
    expect((await onTerminal(['user', 'remove', 'alice'], { cwd: folder, answers })).code).toBe(3)
    expect((await run('users')).stdout).toBe('alicia\nx\n')
  })
})

describe('a long migration', () => {
  it('is announced before it ends, and Ctrl-C rolls it back', async () => {
    const folder = checkout()
    await microblog(['db', 'upgrade'], { cwd: folder })
    const { stdout: before } = await microblog(['db', 'current'], { cwd: folder })
    const slow = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000000) SELECT count(*) FROM n;'
    const next = String(migrationFiles(`${folder}/migrations`).length + 1).padStart(4, '0')
    writeFileSync(
      `${folder}/migrations/${next}_slow.sql`,
      `-- slow\n-- upgrade\nCREATE TABLE t (a);\n${slow}\n-- downgrade\nDROP TABLE t;\n`,
    )
    const { code, raw } = await onTerminal(['db', 'upgrade'], {
      cwd: folder,
      program: `${folder}/bin/microblog.js`,
      answers: [{ prompt: 'slow ...', keys: ctrlC }],
    })
    expect(code).toBe(130)
    expect(raw).toMatch(/^Running upgrade \d{4} -> \d{4}, slow \.\.\.\^C$/)
    expect((await microblog(['db', 'current'], { cwd: folder })).stdout).toBe(before)
  })
})

describe('db migrate', () => {
  it('asks whether a table and a column were renamed', async () => {
    const folder = checkout()
    for (const name of migrationFiles(`${folder}/migrations`)) {
      const text = readFileSync(`${folder}/migrations/${name}`, 'utf8')
      writeFileSync(`${folder}/migrations/${name}`, text.replace(/\busers\b/g, 'people').replace(/\bemail\b/g, 'mail'))
    }
    const { code, text } = await onTerminal(['db', 'migrate', '-m', 'names', '--dry-run'], {
      cwd: folder,
      program: `${folder}/bin/microblog.js`,
      answers: [
        { prompt: 'Was table people renamed to users?', keys: enter },
        { prompt: 'Was users.mail renamed to email?', keys: `n${enter}` },
      ],
    })
    expect(code).toBe(0)
    expect(text).toContain('ALTER TABLE people RENAME TO users;')
    expect(text).toContain("-- drops data: every value of 'users.mail'")
  })
})

describe('a list that is longer than the screen', () => {
  /** A database of more users than a screen of 40 lines shows, in a table of 61 rows with its header and its count. */
  async function manyUsers() {
    const made = await world()
    fillWithUsers(made.db, 61)
    return made
  }
  const paging = (folder: string, pager: Record<string, string>, argv = ['users']) =>
    onTerminal(argv, { cwd: folder, env: { NO_COLOR: '1', ...pager } })

  it('goes through the pager of MICROBLOG_PAGER, else of PAGER', async () => {
    const { folder } = await manyUsers()
    const pager = "sed -n 's/^user00060.*/paged/p'"
    expect((await paging(folder, { MICROBLOG_PAGER: pager, PAGER: 'false' })).text).toBe('paged\n')
    expect((await paging(folder, { PAGER: pager })).text).toBe('paged\n')
  })

  it.each([
    ['an empty MICROBLOG_PAGER', { MICROBLOG_PAGER: '', PAGER: 'false' }, ['users']],
    ['cat', { PAGER: 'cat' }, ['users']],
    ['--no-pager', { PAGER: 'false' }, ['users', '--no-pager']],
    ['a pager that does not exist', { PAGER: 'no-such-pager 2>/dev/null' }, ['users']],
    ['a list that fits', { PAGER: 'false' }, ['users', '-n', '37']],
  ])('is printed at once with %s', async (_what, pager, argv) => {
    const { folder } = await manyUsers()
    expect((await paging(folder, pager, argv)).text).toMatch(/^username .*\nuser00000 .*\n[\s\S]*\n\d\d( of 61)? rows\n$/)
  })

  it('keeps its exit code and prints its notes after the pager, whatever the pager exits with', async () => {
    const { folder, run } = await manyUsers()
    for (let i = 1; i <= 21; i++) await run(['post', 'user00000', `post ${i}`])
    const { code, text } = await paging(folder, { PAGER: 'tail -n 1; exit 3' }, ['explore'])
    expect({ code, text }).toEqual({
      code: 0,
      text: '  post 2\nshowing 20 posts, there are more: -n 0 shows all, --offset 20 the next 20\n',
    })
  })

  it('leaves Ctrl-C to the pager, with the database closed', async () => {
    const { folder, run } = await manyUsers()
    const pager = "trap 'echo caught' INT; echo ready; read -r key < /dev/tty; read -r key < /dev/tty; echo done"
    const meanwhile = () =>
      execute(`${folder}/microblog.db`, "PRAGMA journal_mode = DELETE; UPDATE users SET username = 'bob' WHERE id = 1")
    const { code, text } = await onTerminal(['users'], {
      cwd: folder,
      env: { NO_COLOR: '1', PAGER: pager },
      answers: [
        { prompt: 'ready', keys: ctrlC, meanwhile },
        { prompt: 'caught', keys: `x${enter}y${enter}` },
      ],
    })
    expect(text).toMatch(/ready\n[\s\S]*caught[\s\S]*done\n$/)
    expect(code).toBe(0)
    expect((await run('users -n 1')).stdout).toBe('bob\n')
  })

  it.runIf(process.platform === 'linux')('is not held back past 100,000 lines', async () => {
    const { folder, db } = await world()
    fillWithUsers(db, 100_001)
    // node-pty closes the terminal 0.2 s after the end, which is too early for so many lines on a slow machine.
    const onTerminal = `script --quiet --command "'${process.execPath}' '${bin}' users" /dev/null`
    const { stdout } = await shell(`${onTerminal} < /dev/null | tail -c 15`, { cwd: folder, env: { NO_COLOR: '1', PAGER: 'false' } })
    expect(stdout).toBe('\n100,001 rows\r\n')
  })
})
