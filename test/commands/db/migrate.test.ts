import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../support/process.ts'
import { emptyWorld } from '../../support/run.ts'

/** A world with a copy of the shipped migrations, only those before `first` if it is given. */
function workshop(first = '9999') {
  const { folder, run } = emptyWorld()
  const migrations = join(folder, 'migrations')
  cpSync(`${root}migrations`, migrations, { recursive: true })
  for (const file of readdirSync(migrations)) if (file >= first) rmSync(join(migrations, file))
  return { migrations, run: (line: string | readonly string[]) => run(line, { migrations }) }
}

describe('db migrate', () => {
  it('writes the migration that is missing, and names it on stdout alone', async () => {
    const { migrations, run } = workshop('0003')
    const { code, stdout, stderr } = await run('db migrate -m followers')
    expect(code).toBe(0)
    expect(stdout.trim().endsWith('migrations/0003_followers.sql')).toBe(true)
    expect(stdout.split('\n')).toHaveLength(2)
    expect(stderr).toContain("Detected added table 'followers'\nDetected added index 'followers_followed_id' on 'followers'\n")
    expect(readdirSync(migrations)).toEqual(['0001_users.sql', '0002_posts.sql', '0003_followers.sql'])
  })

  it('leads to the declared schema, and then finds nothing', async () => {
    const { run } = workshop('0003')
    await run('db migrate -m followers')
    expect((await run('db upgrade')).code).toBe(0)
    expect(await run('db check')).toMatchObject({ code: 0, stdout: '' })
    expect(await run('db migrate -m again')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No changes detected: the migrations make the declared schema\n',
    })
  })

  it('writes what the shipped file says, from the message on', async () => {
    const { migrations, run } = workshop('0001')
    await run(['db', 'migrate', '-m', 'Everything, at once!'])
    const text = readFileSync(join(migrations, '0001_everything_at_once.sql'), 'utf8')
    expect(text).toMatch(/^-- Everything, at once!\n-- upgrade\nCREATE TABLE users \(/)
    for (const file of ['0001_users.sql', '0002_posts.sql', '0003_followers.sql']) {
      const shipped = readFileSync(`${root}migrations/${file}`, 'utf8')
      const [create = ''] = /CREATE TABLE[\s\S]*?;/.exec(shipped) ?? []
      expect(text).toContain(create)
    }
  })

  it('--dry-run prints the file and writes none', async () => {
    const { migrations, run } = workshop('0003')
    expect((await run('db migrate -m followers --dry-run')).stdout).toMatch(/^-- followers\n-- upgrade\n/)
    expect(readdirSync(migrations)).toHaveLength(2)
  })

  it('says what the upgrade destroys', async () => {
    const { migrations, run } = workshop()
    const next = String(readdirSync(migrations).length + 1).padStart(4, '0')
    writeFileSync(join(migrations, `${next}_old.sql`), '-- old\n-- upgrade\nCREATE TABLE old (a);\n-- downgrade\nDROP TABLE old;\n')
    expect((await run('db migrate -m drop_old')).stderr).toContain("warning: the upgrade destroys every row of 'old'")
  })

  it.each([
    ['needs a message', ['db', 'migrate'], /required option '-m, --message <message>'/],
    ['needs a word in the message', ['db', 'migrate', '-m', '!?'], /the message has no word/],
    ['needs a rename of the right form', ['db', 'migrate', '-m', 'x', '--rename', 'users'], /'users' is not a rename/],
    ['needs a rename that fits', ['db', 'migrate', '-m', 'x', '--rename', 'users.a:b'], /cannot rename 'users.a' to 'b'/],
  ])('%s', async (_what, argv, says) => {
    const { run } = workshop('0003')
    const { code, stderr } = await run(argv)
    expect(code).toBe(2)
    expect(stderr).toMatch(says)
  })
})

describe('db revision', () => {
  it('writes an empty migration that runs', async () => {
    const { migrations, run } = workshop()
    const { code, stdout } = await run(['db', 'revision', '-m', 'fill in languages'])
    expect(code).toBe(0)
    const [file = ''] = readdirSync(migrations).slice(-1)
    expect(stdout.trim().endsWith(file)).toBe(true)
    expect(readFileSync(join(migrations, file), 'utf8')).toBe('-- fill in languages\n-- upgrade\n\n-- downgrade\n')
    expect((await run('db upgrade')).code).toBe(0)
  })
})

describe('db show', () => {
  it.each(['0003', '3', 'foll', 'followers'])('prints the file of %s', async (revision) => {
    const { run } = workshop()
    expect((await run(`db show ${revision}`)).stdout).toBe(readFileSync(`${root}migrations/0003_followers.sql`, 'utf8'))
  })

  it('exits 3 when there is no such revision', async () => {
    expect((await workshop().run('db show 9998')).code).toBe(3)
  })
})

describe('a migration file with a mistake in its SQL', () => {
  it.each(['db check', 'db migrate -m x'])('is named with its line by %s', async (line) => {
    const { migrations, run } = workshop()
    writeFileSync(join(migrations, '0005_typo.sql'), '-- typo\n-- upgrade\nSELEC 1;\n-- downgrade\n')
    const { code, stdout, stderr } = await run(line)
    expect(code).toBe(1)
    expect(stdout + stderr).toContain('0005_typo.sql:3: near "SELEC": syntax error')
    expect(stderr).not.toContain('fault of microblog')
  })
})
