import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { execute } from '../support/database.ts'
import { hasProgram } from '../support/installed.ts'
import { asNobody, canAskNobody, isRoot } from '../support/nobody.ts'
import { bin, cleanEnvironment, microblog, root, shell, start } from '../support/process.ts'
import { emptyWorld, temporaryFolder, world } from '../support/run.ts'

describe('a path that is not a microblog database', () => {
  const cases: [what: string, make: (path: string) => void, says: RegExp][] = [
    ['a missing file', () => {}, /no database at x\.db\n {2}create it: {2}microblog --db x\.db db upgrade/],
    ['a folder', (path) => mkdirSync(path), /is a folder/],
    ['a text file', (path) => writeFileSync(path, 'hello\n'.repeat(1000)), /not a microblog database/],
    ['an empty file', (path) => writeFileSync(path, ''), /is empty\n {2}create the database in it: {2}microblog --db x\.db db upgrade/],
    ['a database of another program', (path) => new SQLite(path).exec('CREATE TABLE t (a)').close(), /database of another program/],
  ]
  it.each(cases)('exits 4 with one error for %s', async (_what, make, says) => {
    const cwd = temporaryFolder()
    make(`${cwd}/x.db`)
    const before = readdirSync(cwd)
    const { code, stdout, stderr } = await microblog(['users', '--db', 'x.db'], { cwd })
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toMatch(says)
    expect(stderr.match(/^error:/gm)).toHaveLength(1)
    expect(readdirSync(cwd)).toEqual(before)
  })

  it('exits 4 for /dev/null', async () => {
    const { code, stderr } = await microblog(['db', 'upgrade', '--db', '/dev/null'], { cwd: temporaryFolder() })
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: 'error: /dev/null is not a file\n  choose another database with --db or MICROBLOG_DB\n',
    })
  })

  it('exits 2 for an empty path instead of opening a temporary database', async () => {
    expect((await microblog(['db', 'upgrade', '--db', ''], { cwd: temporaryFolder() })).code).toBe(2)
  })

  it('exits 3 for a path in a missing folder', async () => {
    expect((await microblog(['db', 'upgrade', '--db', 'no/such/x.db'], { cwd: temporaryFolder() })).code).toBe(3)
  })
})

describe('a path that ends in a blank', () => {
  it.each([' ', '\u00a0'])('names its own file', async (blank) => {
    const { folder, run } = await world('alice')
    const argv = (line: string) => [...line.split(' '), '--db', `microblog.db${blank}`]
    for (const line of ['db upgrade', 'user add mallory']) expect((await microblog(argv(line), { cwd: folder })).code).toBe(0)
    expect((await microblog(argv('users'), { cwd: folder })).stdout).toBe('mallory\n')
    expect((await run('users')).stdout).toBe('alice\n')
    expect(readdirSync(folder).sort()).toEqual(['microblog.db', `microblog.db${blank}`])
  })
})

describe('a database with several names', () => {
  it('can be read, but not written', async () => {
    const { folder, db, run } = await world('alice')
    linkSync(db, `${folder}/other.db`)
    expect((await run('users')).stdout).toBe('alice\n')
    for (const line of ['user add bob', 'db downgrade base --yes', 'import -'])
      expect(await run(line), line).toMatchObject({ code: 4, stderr: expect.stringContaining('the file has 2 names (hard links)') })
    expect(await run('db check')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^setting\tthe file has 2 names/) })
  })

  it('can be written if the other name is one that a killed backup left', async () => {
    const { folder, db, run } = await world('alice')
    // No process has an id that high.
    linkSync(db, `${folder}/.microblog.db.unfinished-99999999`)
    expect(await run('db check')).toMatchObject({ code: 0, stdout: '' })
    expect(await run('user add bob')).toMatchObject({ code: 0 })
    expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([])
  })
})

describe('a database that somebody else made', () => {
  it.each([
    [
      'users is a view that never ends',
      'DROP TABLE users; CREATE VIEW users AS WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id FROM n) SELECT id FROM n',
      'users is not an ordinary table',
    ],
    ['posts is a virtual table', 'DROP TABLE posts; CREATE VIRTUAL TABLE posts USING fts5(body)', 'posts is not an ordinary table'],
    [
      'its history is a view',
      'DROP TABLE schema_migrations; CREATE VIEW schema_migrations AS SELECT 1',
      'schema_migrations is not an ordinary table',
    ],
  ])('is not read when %s', async (_what, sql, says) => {
    const { db, run } = await world('alice')
    execute(db, `PRAGMA foreign_keys = OFF; ${sql}`)
    for (const line of ['users', 'user add bob', 'db upgrade', 'db check'])
      expect(await run(line), line).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining(says) })
  })

  it('is not read when its text is UTF-16', async () => {
    const { db, run } = emptyWorld()
    execute(db, `PRAGMA encoding = 'UTF-16le'; PRAGMA application_id = ${0x6d626c67}; CREATE TABLE users (id, username)`)
    expect(await run('users')).toMatchObject({ code: 4, stderr: expect.stringContaining('has text in UTF-16le, not in UTF-8') })
  })

  it('runs none of its own statements in an import that creates the indexes again', async () => {
    const { db, folder, run } = await world('alice', 'bob')
    const hostile = `CREATE INDEX followers_followed_id ON followers (followed_id, follower_id); COMMIT; ATTACH '${folder}/evil.db' AS e; CREATE TABLE e.t (a)`
    const handle = new SQLite(db)
    handle.unsafeMode(true).pragma('writable_schema = ON')
    handle.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = 'followers_followed_id'").run(hostile)
    handle.close()
    const { code } = await run('import - --create-users', { stdin: Array.from({ length: 20_000 }, (_, n) => `u${n}\talice\n`).join('') })
    // SQLite 3.54 does not read such a schema at all; older ones read its first statement.
    expect(code).toBeOneOf([0, 4])
    expect(existsSync(`${folder}/evil.db`)).toBe(false)
  })
})

describe('a database that is replaced while it is open', () => {
  it.each([
    ['another file', (db: string) => renameSync(`${db}.new`, db)],
    ['nothing', (db: string) => renameSync(db, `${db}.old`)],
  ])('by %s is not changed, and neither is the other', async (_by, replace) => {
    const { db, run } = await world('alice', 'bob')
    copyFileSync(db, `${db}.new`)
    async function* inputThenReplace() {
      yield Buffer.from('alice\tbob\n')
      replace(db)
      yield Buffer.from('# the end\n')
    }
    const { code, stderr } = await run('import -', { stdin: inputThenReplace() })
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: expect.stringContaining('was replaced or removed while it was open: nothing was changed'),
    })
    for (const file of readdirSync(dirname(db)).filter((name) => !/-(wal|shm)$/.test(name)))
      expect((await run(`followers bob --db ${dirname(db)}/${file}`)).stdout, file).toBe('')
  })
})

describe('a database that cannot be created', () => {
  it('leaves no file behind', async () => {
    const { folder, run } = emptyWorld()
    // Its name is as long as a name may be, so SQLite cannot create the WAL beside it.
    expect((await run(`db upgrade --db ${folder}/${'x'.repeat(255)}`)).code).toBe(4)
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('db upgrade with nothing to do', () => {
  it.runIf(canAskNobody)('does not need to write', async () => {
    const { folder, db } = await world('alice')
    chmodSync(db, 0o444)
    chmodSync(folder, 0o555)
    expect(await asNobody(['db', 'upgrade'], folder)).toMatchObject({ code: 0, stderr: './microblog.db is up to date: nothing to do\n' })
  })
})

describe('a schema that is not the one of the migrations', () => {
  it.each([
    'users',
    'user show alice',
    'is-following alice bob',
    'path alice bob',
    'user check alice --password-stdin',
    'timeline alice',
    'import -',
    'export users',
  ])('makes %s exit 4 and name db check', async (line) => {
    const { db, run } = await world('alice', 'bob')
    execute(db, 'ALTER TABLE users RENAME COLUMN username TO name')
    const { code, stderr } = await run(line, { stdin: 'alice\tbob\n' })
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: expect.stringMatching(/^error: .*no such column.*\n {2}its schema .*look for more: {2}microblog db check\n$/),
    })
  })
})

describe('a damaged database', () => {
  it('exits 4 when the file is truncated', async () => {
    const { folder, db } = await world('alice')
    truncateSync(db, 20_000)
    const { code, stderr } = await microblog(['users'], { cwd: folder })
    expect(code).toBe(4)
    expect(stderr).toMatch(/damaged/)
  })

  it('exits 4 when the file is overwritten after its first page', async () => {
    const { folder, db } = await world('alice')
    const bytes = readFileSync(db)
    bytes.fill(0xa5, 4096)
    writeFileSync(db, bytes)
    expect((await microblog(['users'], { cwd: folder })).code).toBe(4)
  })

  it('is recovered from its WAL after a writer was killed', async () => {
    const { folder, db } = await world('alice', 'bob')
    const copy = temporaryFolder()
    const writer = new SQLite(db)
    writer.exec('INSERT INTO followers SELECT 1, 2')
    // As after a kill: the WAL has changes that are not yet in the database file.
    for (const file of readdirSync(folder)) if (!file.endsWith('-shm')) copyFileSync(`${folder}/${file}`, `${copy}/${file}`)
    writer.close()
    expect((await microblog(['followers', 'bob'], { cwd: copy })).stdout).toBe('alice\n')
  })

  it('is said of a damaged search index, not taken for a query of plain words', async () => {
    const { db, run } = await world('alice')
    const handle = new SQLite(db)
    // Two thousand words, so that the index has several pages. The word z itself is looked up on the first one.
    handle.exec(`WITH series (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM series LIMIT 2000)
      INSERT INTO posts (user_id, body, timestamp)
      SELECT 1, group_concat(printf('%s%05d', iif(value < 1000, 'a', 'zz'), value), ' '), '2026-01-01T00:00:00.000Z'
      FROM series GROUP BY value / 10`)
    handle.unsafeMode(true).exec("UPDATE posts_search_data SET block = x'00ff00ff00ff' WHERE id = (SELECT max(id) FROM posts_search_data)")
    handle.close()
    expect(await run('search z')).toMatchObject({ code: 0, stdout: '' })
    expect(await run('search z*')).toMatchObject({ code: 4, stderr: expect.stringContaining('damaged') })
  })
})

describe('permissions', () => {
  it('allow only the owner to read a new database', async () => {
    const { db } = await world()
    expect(statSync(db).mode & 0o777).toBe(0o600)
  })
})

describe('a database that this user may not read', () => {
  it.runIf(canAskNobody)('is reported as permission denied', async () => {
    const { folder, db } = await world('alice')
    chmodSync(folder, 0o755)
    chmodSync(db, 0o000)
    const { code, stderr } = await asNobody(['users'], folder)
    expect(code).toBe(4)
    expect(stderr).toMatch(/cannot be read: permission denied/)
  })
})

describe('the hint for a missing database', () => {
  it('quotes the path for the shell', async () => {
    const { stderr } = await microblog(['users', '--db', "it's here.db"], { cwd: temporaryFolder() })
    expect(stderr).toContain("create it:  microblog --db 'it'\\''s here.db' db upgrade")
  })
})

describe('a locked database', () => {
  it('makes a writer wait until the lock is released', async () => {
    const { folder, db, run } = await world('alice', 'bob')
    const other = new SQLite(db)
    other.exec('BEGIN IMMEDIATE')
    const following = microblog(['follow', 'alice', 'bob'], { cwd: folder })
    await new Promise((resolve) => setTimeout(resolve, 700))
    other.exec('COMMIT')
    other.close()
    expect((await following).code).toBe(0)
    expect((await run('followers bob')).stdout).toBe('alice\n')
  })

  it('can be read', async () => {
    const { folder, db } = await world('alice')
    const other = new SQLite(db)
    other.exec('BEGIN IMMEDIATE')
    expect((await microblog(['users'], { cwd: folder })).stdout).toBe('alice\n')
    other.close()
  })
})

/** Whether a test can mount a small file system of its own. */
const canMount = isRoot && spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs tmpfs $d && umount $d']).status === 0

describe('a full disk', () => {
  it.runIf(canMount)('can be read, and is said to be full when something is to be written', async () => {
    const disk = temporaryFolder()
    const script = `mount -t tmpfs -o size=1m tmpfs ${disk} && cd ${disk} && trap 'cd / && umount ${disk}' EXIT
      microblog db upgrade -q; microblog user add alice; dd if=/dev/zero of=fill bs=1k status=none 2>/dev/null
      microblog users; microblog user add bob; echo "exit $?"`
    const { stdout, stderr } = await shell(script, { cwd: disk })
    expect(stdout).toBe('alice\nalice\nexit 4\n')
    expect(stderr).toBe('error: ./microblog.db: the disk is full\n  free some space on this disk; nothing was changed\n')
  })

  it('makes db upgrade exit 4 without a change, and the next db upgrade succeeds', async () => {
    const cwd = temporaryFolder()
    const { code, stderr } = await shell('ulimit -f 24; microblog db upgrade', { cwd })
    expect(code).toBe(4)
    expect(stderr).toMatch(/nothing was changed/)
    expect((await microblog(['db', 'current'], { cwd })).stdout).toBe('(empty)\n')
    expect((await microblog(['db', 'upgrade'], { cwd })).code).toBe(0)
  })

  it('makes user add exit 4 without adding any user', async () => {
    const { folder, run } = await world('alice')
    const stdin = [...Array(20_000).keys()].map((n) => `user${n}\n`).join('')
    const { code } = await shell('ulimit -f 400; microblog user add - -q -k', { cwd: folder, stdin })
    expect(code).toBe(4)
    expect((await run('users')).stdout).toBe('alice\n')
  })
})

describe.runIf(hasProgram('strace'))('an export to a file', () => {
  it('is on the disk before it takes the name', async () => {
    const { db } = await world('alice')
    const cwd = temporaryFolder()
    const command = `strace -f -o trace -e trace=fsync,rename,renameat,renameat2 "${process.execPath}" "${bin}" --db "${db}" export users -o all.csv`
    expect((await shell(command, { cwd })).code).toBe(0)
    // A call that another thread interrupts stands on two lines, the second without its parenthesis.
    const calls = readFileSync(`${cwd}/trace`, 'utf8').match(/\bfsync(?=\()|\brename(?=\w*\(.*all\.csv)/g)
    expect(calls, 'the file, its name, and the folder that holds the name').toEqual(['fsync', 'rename', 'fsync'])
  })
})

/** Run microblog and let a system call on files of the folder fail. */
const withFailing = (inject: string, line: string, cwd: string) =>
  shell(
    `strace -f -qq -o /dev/null -e trace=${inject.split(':')[0]} -P . -P all.csv -e inject=${inject} '${process.execPath}' '${bin}' ${line}`,
    {
      cwd,
    },
  )

describe.runIf(hasProgram('strace'))('an export whose folder cannot be synchronised', () => {
  it('says that the file is written, and may not be on the disk', async () => {
    const { folder } = await world('alice')
    expect(await withFailing('fsync:error=EIO', 'export users -o all.csv', folder)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: all\.csv is written, but may not be on the disk yet: i\/o error\n {2}check the disk\n$/m),
    })
    expect(readFileSync(`${folder}/all.csv`, 'utf8')).toBe('username,email\r\nalice,\r\n')
  })
})

describe('an export that is interrupted', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s leaves no partial file', async (signal) => {
    const { db } = await world('alice')
    const cwd = temporaryFolder()
    const handle = new SQLite(db)
    handle.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) INSERT INTO posts (body, timestamp, user_id) SELECT 'post ' || i, '2026-01-01T00:00:00.000Z', 1 FROM n`,
    )
    handle.close()
    const child = start(['--db', db, 'export', 'posts', '-o', 'all.csv'], { cwd })
    const ended = new Promise((resolve) => child.on('close', (_code, by) => resolve(by)))
    while (readdirSync(cwd).length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    child.kill(signal)
    expect(await ended).toBe(signal)
    expect(readdirSync(cwd)).toEqual([])
  })
})

/** Where better-sqlite3 has an addon that was compiled here, and where version 13 has the one that it brings. */
const compiled = 'build/Release/better_sqlite3.node'
const brought = `prebuilds/${process.platform}-${process.arch}.node`

/** Copies the program as npm installs it, with better-sqlite3 but without its addon. Returns where both are. */
function install() {
  const cwd = temporaryFolder()
  const copy = (name: string) => cpSync(`${root}${name}`, `${cwd}/${name}`, { recursive: true })
  for (const name of ['bin', 'dist', 'migrations', 'package.json']) copy(name)
  for (const name of ['better-sqlite3/lib', 'better-sqlite3/package.json']) copy(`node_modules/${name}`)
  // What version 12 looks for its addon with.
  for (const name of ['bindings', 'file-uri-to-path']) if (existsSync(`${root}node_modules/${name}`)) copy(`node_modules/${name}`)
  const driver = `${cwd}/node_modules/better-sqlite3`
  mkdirSync(`${driver}/build/Release`, { recursive: true })
  const addon = `${driver}/${compiled}`
  const run = (...argv: string[]) =>
    spawnSync(process.execPath, [`${cwd}/bin/microblog.js`, ...argv], { cwd, env: cleanEnvironment(), encoding: 'utf8' })
  return { cwd, driver, addon, run }
}

describe('an addon that does not load', () => {
  it.each([
    ['was never compiled', undefined],
    ['is damaged', 'no addon'],
  ])('because it %s makes the program exit 4 and print how to compile it', (_why, content) => {
    const { cwd, addon, run } = install()
    if (content) writeFileSync(addon, content)
    const { status, stderr } = run('db', 'upgrade')
    expect(status).toBe(4)
    expect(stderr).toContain(`compile it again:  cd ${cwd} && npm rebuild better-sqlite3\n`)
  })
})

describe('an installed better-sqlite3 of another version than the bundled one', () => {
  it('is loaded instead of the bundled JavaScript', () => {
    const { driver, addon, run } = install()
    const ours = `${root}node_modules/better-sqlite3`
    copyFileSync(existsSync(`${ours}/${compiled}`) ? `${ours}/${compiled}` : `${ours}/${brought}`, addon)
    const index = `${driver}/lib/index.js`
    writeFileSync(index, `process.stderr.write('its own\\n')\n${readFileSync(index, 'utf8')}`)
    expect(run('db', 'upgrade', '-q')).toMatchObject({ status: 0, stderr: '' })
    const described = `${driver}/package.json`
    writeFileSync(described, readFileSync(described, 'utf8').replace(/"version": "[^"]*"/, '"version": "12.99.0"'))
    expect(run('users')).toMatchObject({ status: 0, stderr: 'its own\n' })
  })
})
