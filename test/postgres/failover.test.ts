/** A primary that dies in the middle of a change, and the standby that takes its place: on servers of their own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { execute, query } from '../support/database.ts'
import { root } from '../support/process.ts'
import { emptyWorld, type RunOptions, server } from '../support/run.ts'

const lost = { code: 4, stderr: expect.stringContaining(': the server closed the connection\n') }

describe.skipIf(!server || !process.env.MICROBLOG_TEST_STANDBY)('a primary that dies', () => {
  let keeper: ChildProcess
  const cluster: Record<string, string> = {}
  const db = () => `${cluster.MICROBLOG_TEST_SERVER}/failover`
  const standby = () => `${cluster.MICROBLOG_TEST_STANDBY}/failover`
  const run = (line: string, options?: RunOptions) => emptyWorld().run(['--db', db(), ...line.split(' ')], options)

  beforeAll(async () => {
    keeper = spawn(process.execPath, [`${root}test/postgres/with-cluster.mjs`, 'sh', '-c', 'env | grep ^MICROBLOG_TEST; echo; cat'])
    for await (const line of createInterface({ input: keeper.stdout ?? process.stdin })) {
      if (line === '') break
      const [name = '', value = ''] = line.split('=')
      cluster[name] = value
    }
  }, 60_000)

  afterAll(async () => {
    const gone = new Promise((resolve) => keeper.on('exit', resolve))
    keeper.stdin?.end()
    await gone
  }, 60_000)

  const control = (folder: string | undefined, ...argv: readonly string[]) =>
    execFileSync('sh', ['-c', `cd /; ${cluster.MICROBLOG_TEST_PG_CTL} --wait --pgdata '${folder}' ${argv.join(' ')}`], { stdio: 'ignore' })

  /** Kill the server with all its processes, as a power cut does. Without its file, pg_ctl does not wait for a process that nobody reaps. */
  const kill = () =>
    execFileSync('sh', [
      '-c',
      `file='${cluster.MICROBLOG_TEST_DATA}/postmaster.pid'; pid=$(head -n 1 $file); kill -9 $pid $(pgrep -P $pid); rm $file`,
    ])

  /** Start `line` while somebody holds a lock that it wants, kill the server when it waits for that, and start it again. */
  async function killDuring(lock: string, line: string, options?: RunOptions) {
    const holder = spawn('psql', ['--quiet', '--command', `BEGIN; ${lock}; SELECT pg_sleep(60)`, db()], { stdio: 'ignore' })
    await until("query LIKE '%pg_sleep(60)%' AND wait_event = 'PgSleep'")
    const result = run(line, options)
    await until("application_name = 'microblog' AND wait_event_type = 'Lock'")
    kill()
    holder.kill()
    const outcome = await result
    // With the settings that it was started with.
    control(cluster.MICROBLOG_TEST_DATA, 'restart')
    return outcome
  }

  async function until(condition: string) {
    for (let attempt = 0; attempt < 200; attempt++) {
      if (query(`${cluster.MICROBLOG_TEST_SERVER}/postgres`, `SELECT 1 FROM pg_stat_activity WHERE ${condition}`).length > 0) return
      await setTimeout(50)
    }
    throw new Error(`nothing is ${condition}`)
  }

  it('leaves nothing half-written, and its standby goes on with everything', async () => {
    expect(await run('db upgrade 0003')).toMatchObject({ code: 0 })
    execute(db(), "INSERT INTO users (username) VALUES ('alice'), ('bob')")

    const upgrade = await killDuring('LOCK TABLE posts IN ACCESS SHARE MODE', 'db upgrade')
    expect(upgrade).toMatchObject({ ...lost, stdout: '' })
    expect(upgrade.stderr).toContain('the upgrade was rolled back: the database is as it was\n')
    expect((await run('db current')).stdout).toBe('0003 followers\n')
    expect(await run('db upgrade')).toMatchObject({ code: 0 })
    expect(await run('db check')).toMatchObject({ code: 0, stdout: '' })

    const lock = 'LOCK TABLE followers IN SHARE MODE'
    expect(await killDuring(lock, 'follow alice bob')).toEqual({
      code: 4,
      stdout: '',
      stderr: `error: ${db()}: the server closed the connection\n  look whether the change was made before you run it again\n`,
    })
    const stdin = Array.from({ length: 5000 }, (_, n) => `u${n}\tbob\n`).join('')
    expect(await killDuring(lock, 'import - --create-users', { stdin })).toMatchObject({ ...lost, stdout: '' })
    expect((await run('export follows --no-header')).stdout).toBe('')
    expect((await run('users')).stdout).toBe('alice\nbob\n')

    expect(await run('follow alice bob')).toMatchObject({ code: 0 })
    await caughtUp()
    kill()
    expect(await run('users')).toMatchObject({ code: 4, stderr: expect.stringContaining(': no server answers there\n') })
    control(cluster.MICROBLOG_TEST_STANDBY_DATA, 'promote')
    const there = (line: string) => emptyWorld().run(['--db', standby(), ...line.split(' ')])
    expect((await there('export follows --no-header')).stdout).toBe('alice\tbob\n')
    expect(await there('follow bob alice')).toMatchObject({ code: 0 })
    expect(await there('db check')).toMatchObject({ code: 0, stdout: '' })
  })

  async function caughtUp() {
    for (let attempt = 0; attempt < 200; attempt++) {
      if (query(standby(), 'SELECT 1 FROM followers').length > 0) return
      await setTimeout(50)
    }
    throw new Error('the standby does not catch up')
  }
})
