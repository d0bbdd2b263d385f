import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { execute, fillWithUsers } from '../../support/database.ts'
import { world } from '../../support/run.ts'

async function threeUsers() {
  const made = await world('bob', 'Zoe', 'alice')
  await made.run('user edit bob --email bob@example.com')
  for (const line of ['follow bob alice', 'follow Zoe alice bob', 'follow alice bob']) await made.run(line)
  execute(made.db, "INSERT INTO posts (body, timestamp, user_id) VALUES ('hi', '2026-01-02T03:04:05.678Z', 2)")
  return made
}

describe('user list', () => {
  it('prints one username a line, sorted bytewise', async () => {
    const { run } = await threeUsers()
    expect(await run('user list')).toEqual({ code: 0, stdout: 'Zoe\nalice\nbob\n', stderr: '' })
  })

  it('has the alias users', async () => {
    const { run } = await threeUsers()
    expect(await run('users')).toEqual(await run('user list'))
  })

  it.each([
    ['username', 'Zoe\nalice\nbob\n'],
    ['id', 'bob\nZoe\nalice\n'],
    ['followers', 'Zoe\nalice\nbob\n'],
    ['following', 'alice\nbob\nZoe\n'],
    ['posts', 'alice\nbob\nZoe\n'],
  ])('sorts by %s', async (key, names) => {
    const { run } = await threeUsers()
    expect((await run(`users --sort ${key}`)).stdout).toBe(names)
  })

  it.each([
    ['followers', 'carol\n', 'alice\nbob\ndan\n'],
    ['following', 'bob\n', 'alice\ncarol\ndan\n'],
    ['posts', 'alice\n', 'bob\ncarol\ndan\n'],
  ])('has ties in ascending order by name when sorted by %s, reversed or not', async (key, highest, ties) => {
    const { run } = await world('dan', 'carol', 'alice', 'bob')
    await run('follow bob carol')
    await run('post alice hello')
    expect((await run(`users --sort ${key}`)).stdout).toBe(ties + highest)
    expect((await run(`users --sort ${key} -r`)).stdout).toBe(highest + ties)
    expect((await run(`users --sort ${key} -r -n 2 --offset 1`)).stdout).toBe(ties.split('\n').slice(0, 2).join('\n').concat('\n'))
  })

  it.each(['-r', '--reverse'])('reverses the order with %s', async (option) => {
    const { run } = await threeUsers()
    expect((await run(`users ${option}`)).stdout).toBe('bob\nalice\nZoe\n')
  })

  it.each(['email', 'password_hash', 'username;--', ''])('refuses the sort key %j', async (key) => {
    const { run } = await threeUsers()
    expect(await run(['users', '--sort', key])).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: invalid sort key '${key}'\n  valid values:  username, id, followers, following, posts\n`,
    })
  })

  it('prints the range of -n when the number is too large', async () => {
    const { run } = await threeUsers()
    expect((await run('users -n 1152921504606846976')).stderr).toContain('takes a whole number up to 9007199254740991, not')
  })

  it.each([
    ['-n 2', 'Zoe\nalice\n'],
    ['--limit 2', 'Zoe\nalice\n'],
    ['--limit=2', 'Zoe\nalice\n'],
    ['-n2', 'Zoe\nalice\n'],
    ['-n 0', 'Zoe\nalice\nbob\n'],
    ['--offset 1', 'alice\nbob\n'],
    ['--offset 1 -n 1', 'alice\n'],
    ['--offset 9', ''],
    ['--offset 9007199254740991', ''],
    ['-n 9007199254740991', 'Zoe\nalice\nbob\n'],
  ])('pages with %s', async (options, names) => {
    const { run } = await threeUsers()
    expect(await run(`users ${options}`)).toEqual({ code: 0, stdout: names, stderr: '' })
  })

  it.each(['-1', '1.5', '1e3', 'x', '', ' 1', '9007199254740993', '0x10'])('refuses %j as a number of rows', async (number) => {
    const { run } = await threeUsers()
    expect(await run(['users', '-n', number])).toMatchObject({ code: 2, stdout: '' })
    expect(await run(['users', `--offset=${number}`])).toMatchObject({ code: 2, stdout: '' })
  })

  it('lists each user exactly once across pages of any size', async () => {
    const { run, db } = await world()
    fillWithUsers(db, 23)
    const all = (await run('users --sort posts')).stdout
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (size) => {
        let pages = ''
        for (let offset = 0; offset < 23; offset += size) pages += (await run(`users --sort posts -n ${size} --offset ${offset}`)).stdout
        expect(pages).toBe(all)
      }),
      { numRuns: 10 },
    )
  })

  it.each([
    ['--count', '3\n'],
    ['--count -n 2', '2\n'],
    ['--count --offset 1', '2\n'],
    ['--count --offset 5', '0\n'],
  ])('counts with %s', async (options, number) => {
    const { run } = await threeUsers()
    expect((await run(`users ${options}`)).stdout).toBe(number)
  })

  it('prints the chosen fields in the order given', async () => {
    const { run } = await threeUsers()
    expect((await run('users --fields id,username,followers')).stdout).toBe('2\tZoe\t0\n3\talice\t2\n1\tbob\t2\n')
  })

  it('prints a field once when it is named twice', async () => {
    const { run } = await threeUsers()
    expect((await run('users --fields id,id -n 1')).stdout).toBe('2\n')
  })

  it.each(['password_hash', 'nope', '*', 'username,nope'])('refuses the fields %s', async (fields) => {
    const { run } = await threeUsers()
    const { code, stdout, stderr } = await run(`users --fields ${fields}`)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('valid values:  username, email, id, followers, following, posts\n')
  })

  it('exits 2 when --fields is empty', async () => {
    const { run } = await threeUsers()
    expect((await run(['users', '--fields', ','])).code).toBe(2)
  })

  it("prints the users' own columns, without counts, as JSON", async () => {
    const { run } = await threeUsers()
    expect(JSON.parse((await run('users --json')).stdout)).toEqual([
      { username: 'Zoe', email: null, id: 2 },
      { username: 'alice', email: null, id: 3 },
      { username: 'bob', email: 'bob@example.com', id: 1 },
    ])
  })

  it('shows the counts of each user on a terminal, and how many of all are shown', async () => {
    const { run } = await threeUsers()
    const onTerminal = async (line: string) => (await run(line, { terminal: true, env: { NO_COLOR: '1' } })).stdout
    const header = 'username  followers  following  posts\n'
    const all = `${header}Zoe               0          2      1\nalice             2          1      0\nbob               2          1      0\n3 rows\n`
    expect(await onTerminal('users')).toBe(all)
    expect(await onTerminal('users -n 3')).toBe(all)
    expect(await onTerminal('followers bob')).toBe(
      `${header}Zoe               0          2      1\nalice             2          1      0\n2 rows\n`,
    )
    expect(await onTerminal('users --sort followers -r -n 1')).toBe(`${header}alice             2          1      0\n1 of 3 rows\n`)
    expect(await onTerminal('users --offset 2')).toBe(`${header}bob               2          1      0\n1 of 3 rows\n`)
    expect(await onTerminal('users --fields username -n 2')).toBe('username\nZoe\nalice\n2 of 3 rows\n')
  })

  it('shows only names on a terminal where there are more than 200', async () => {
    const { run, db } = await world()
    fillWithUsers(db, 201)
    const onTerminal = async (line: string) => (await run(line, { terminal: true, env: { NO_COLOR: '1' } })).stdout
    expect(await onTerminal('users')).toMatch(/^username\nuser00000\n\S+\n(\S+\n)+201 rows\n$/)
    expect(await onTerminal('users -n 200')).toMatch(/^username +followers +following +posts\n(\S+ +0 +0 +0\n){200}200 of 201 rows\n$/)
  })

  it.each([
    ['plain', 'Zoe\nalice\n'],
    ['tsv', 'username\temail\tid\nZoe\t\t2\nalice\t\t3\n'],
    ['csv', 'username,email,id\r\nZoe,,2\r\nalice,,3\r\n'],
    ['json', '[\n  {"username":"Zoe","email":null,"id":2},\n  {"username":"alice","email":null,"id":3}\n]\n'],
    ['ndjson', '{"username":"Zoe","email":null,"id":2}\n{"username":"alice","email":null,"id":3}\n'],
    ['table', 'username\nZoe\nalice\n2 rows\n'],
  ])('prints %s', async (format, text) => {
    const { run } = await threeUsers()
    expect(await run(`users -n 2 --format ${format}`)).toEqual({ code: 0, stdout: text, stderr: '' })
  })

  it.each([
    ['plain', ''],
    ['tsv', 'username\temail\tid\n'],
    ['csv', 'username,email,id\r\n'],
    ['json', '[]\n'],
    ['ndjson', ''],
    ['table', ''],
  ])('prints an empty list as %s', async (format, text) => {
    const { run } = await world()
    expect(await run(`users --format ${format}`)).toEqual({ code: 0, stdout: text, stderr: '' })
  })

  it('sorts users with the same count by username', async () => {
    const { run } = await world('zoe', 'adam', 'mia')
    await run('follow zoe mia')
    // With an email SQLite reads the table, which is in the order of ids, and not the index of names.
    for (const fields of ['username', 'username,email'])
      expect((await run(`users --sort followers --format plain --fields ${fields}`)).stdout.replaceAll('\t', '')).toBe('adam\nzoe\nmia\n')
  })

  it('prints a message on a terminal when there are no users', async () => {
    const { run } = await world()
    expect(await run('users', { terminal: true })).toMatchObject({ stdout: '', stderr: expect.stringContaining('there are no users yet') })
  })

  it.each(['tsv', 'csv'])('omits the header of %s with --no-header', async (format) => {
    const { run } = await threeUsers()
    expect((await run(`users --format ${format} --no-header --fields id -n 1`)).stdout.trimEnd()).toBe('2')
  })

  it('ends each line with NUL with -0', async () => {
    const { run } = await threeUsers()
    expect((await run('users -0')).stdout).toBe('Zoe\0alice\0bob\0')
    expect((await run('users -0', { terminal: true })).stdout).toBe('Zoe\0alice\0bob\0')
  })

  it.each(['--json -0', '--format csv -0', '--json --format csv', '--format xml', '--format constructor'])(
    'exits 2 for %s',
    async (options) => {
      const { run } = await threeUsers()
      expect(await run(`users ${options}`)).toMatchObject({ code: 2, stdout: '' })
    },
  )

  it('accepts --json together with --format json', async () => {
    const { run } = await threeUsers()
    expect(await run('users --json --format json')).toEqual(await run('users --format json'))
  })

  it('prints a table with a bold header and a dim count on a terminal', async () => {
    const { run } = await threeUsers()
    expect((await run('users --fields username', { terminal: true })).stdout).toBe(
      '\u001b[1musername\u001b[22m\nZoe\nalice\nbob\n\u001b[2m3 rows\u001b[22m\n',
    )
  })

  it.each(['json', 'ndjson', 'csv', 'tsv', 'plain'])('prints %s without colour even with --color always', async (format) => {
    const { run } = await threeUsers()
    expect((await run(`users --format ${format} --color always`, { terminal: true })).stdout).not.toContain('\u001b')
  })

  it('checks its options before it opens the database', async () => {
    const { run } = await world()
    expect((await run('users --sort nope --db /nowhere/x.db')).code).toBe(2)
  })
})
