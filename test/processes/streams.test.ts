import { readdirSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { execute } from '../support/database.ts'
import { microblog, shell, start } from '../support/process.ts'
import { world } from '../support/run.ts'

/** A database with many users, inserted directly because that is fast. */
async function worldWithUsers(size: number) {
  const place = await world()
  const db = new SQLite(place.db)
  db.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${size}) INSERT INTO users (username) SELECT printf('user%07d', i) FROM n`,
  )
  db.close()
  return place
}

describe('a broken pipe', () => {
  it('says that the change was made when its result cannot be printed', async () => {
    const { folder, run } = await world('alice', 'bob')
    const { code, stderr } = await shell('microblog follow alice bob >/dev/full', { cwd: folder })
    expect(code).toBe(1)
    expect(stderr).toContain('the change itself was made, unless this was a dry run')
    expect((await run('followers bob')).stdout).toBe('alice\n')
  })

  it('ends a long list with exit code 0 and without a message', async () => {
    const { folder } = await worldWithUsers(200_000)
    const { stdout, stderr } = await shell('{ microblog users; echo "exit $?" >&2; } | head -n 1', { cwd: folder })
    expect(stdout + stderr).toBe('user0000001\nexit 0\n')
  }, 30_000)
})

describe('stderr that cannot be written', () => {
  /** In a shell: `microblog`, whose stderr is a pipe that nobody reads any more. Prints the exit code. */
  const intoBrokenPipe = (line: string) =>
    `{ trap '' PIPE; while echo; do :; done 2>/dev/null; microblog ${line} 2>&1 >/dev/null; echo $? >code; } | true; cat code`
  const intoFullDevice = (line: string) => `microblog ${line} 2>/dev/full >/dev/null; echo $?`
  const ways = [
    ['a broken pipe', intoBrokenPipe],
    ['a full device', intoFullDevice],
  ] as const
  const commands = [
    ['db upgrade --db new.db', 0, 'db current --db new.db', /\(head\)/],
    ['follow alice bob nobody -k', 1, 'following alice', /^bob$/m],
    ["follow alice - <<< $'bob\\nalice'", 0, 'following alice', /^bob$/m],
    ['user add dave % -k', 1, 'users', /^dave$/m],
    ["import - -k <<< $'alice\\tbob\\nalice\\tnobody'", 1, 'following alice', /^bob$/m],
  ] as const
  const cases = ways.flatMap(([way, into]) => commands.map(([line, code, ask, answer]) => ({ way, into, line, code, ask, answer })))

  it.runIf(process.platform === 'linux').each(cases)('($way) does not undo $line', async ({ into, line, code, ask, answer }) => {
    const { folder } = await world('alice', 'bob')
    expect((await shell(into(line), { cwd: folder })).stdout).toBe(`${code}\n`)
    expect((await microblog(ask.split(' '), { cwd: folder })).stdout).toMatch(answer)
  })
})

describe('the exit code of a command whose stdout cannot be written', () => {
  it('stays 1 after db check found something and its reader left', async () => {
    const { folder, db } = await world()
    execute(db, 'DROP INDEX posts_timestamp')
    const script = "{ trap '' PIPE; while echo; do :; done 2>/dev/null; microblog db check; echo $? >code; } | true; cat code"
    expect(await shell(script, { cwd: folder })).toMatchObject({ stdout: '1\n', stderr: '' })
  })

  it.runIf(process.platform === 'linux')('is not 1 where that means no: path', async () => {
    const { folder } = await world('alice')
    expect((await shell('microblog path alice alice >/dev/full', { cwd: folder })).code).toBe(4)
  })
})

describe('a full device', () => {
  it.runIf(process.platform === 'linux')('is reported as no space left on the device', async () => {
    const { folder } = await world('alice')
    const { code, stderr } = await shell('microblog users >/dev/full', { cwd: folder })
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'error: cannot write the output: no space left on the device\n' })
  })
})

describe('a folder as standard input', () => {
  it.each(['follow alice -', 'user add -', 'import -', 'post alice'])('is an error, not an empty list: %s', async (line) => {
    const { folder } = await world('alice')
    expect(await shell(`microblog ${line} < .`, { cwd: folder })).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: standard input is a folder\n  name a file:  < names.txt\n',
    })
  })
})

describe('a slow reader', () => {
  it('gets every byte', async () => {
    const { folder } = await worldWithUsers(300_000)
    const { stdout } = await shell('microblog users --format ndjson | (sleep 1; wc -l)', { cwd: folder })
    expect(stdout.trim()).toBe('300000')
  }, 30_000)

  it('gets every byte through a non-blocking pipe', async () => {
    const { folder } = await worldWithUsers(100_000)
    // Node makes the pipe it writes to non-blocking, also for other processes that share the pipe.
    const sharer = `node -e "process.stdout.write('x'); setTimeout(() => {}, 2000)"`
    const { stdout } = await shell(`{ ${sharer} & sleep 0.5; microblog users; wait; } | (sleep 1.5; wc -c)`, { cwd: folder })
    expect(stdout.trim()).toBe(String(1 + 100_000 * 'user0000001\n'.length))
  }, 30_000)
})

describe('standard input', () => {
  it('is empty when it is closed', async () => {
    const { folder } = await world('alice')
    const { code, stderr } = await shell('microblog follow alice - <&-', { cwd: folder })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('is not read by a command inside a while read loop', async () => {
    const { folder, run } = await world('alice', 'bob', 'carol', 'dave')
    await shell('microblog users | grep -v alice | while read -r name; do microblog follow alice "$name"; done', { cwd: folder })
    expect((await run('following alice')).stdout).toBe('bob\ncarol\ndave\n')
  }, 30_000)
})

describe('signals', () => {
  it('SIGINT ends a follow that waits for input, without a change', async () => {
    const { folder, run } = await world('alice', 'bob')
    const child = start(['follow', 'alice', '-'], { cwd: folder })
    child.stdin?.write('bob\n')
    await new Promise((resolve) => setTimeout(resolve, 400))
    child.kill('SIGINT')
    const [, signal] = await new Promise<[number | null, string | null]>((resolve) => child.on('close', (...result) => resolve(result)))
    expect(signal).toBe('SIGINT')
    expect((await run('following alice --count')).stdout).toBe('0\n')
  })

  it('users leaves no WAL file', async () => {
    const { folder } = await world('alice')
    await microblog(['users'], { cwd: folder })
    expect(readdirSync(folder)).toEqual(['microblog.db'])
  })
})
