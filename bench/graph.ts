/** Queries on a follower graph: microblog compared with the sqlite3 shell, as whole processes in turn on the same file. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fill } from './generate.ts'
import { ranking, type Size, username } from './network.ts'

const bin = resolve('bin/microblog.js')
const { NODE_EXTRA_CA_CERTS: _slow, ...env } = process.env

interface Row {
  readonly name: string
  readonly argv: readonly string[]
  /** The same query in SQL. Without it the row is compared with `microblog --version`. */
  readonly sql?: string
  /** A lower number of rounds for a slow query. */
  readonly rounds?: number
}

/** Creates the network at `path` if it does not exist, then prints a line for each query. */
export function benchGraph(path: string, size: Size, rounds = 7): void {
  if (!existsSync(path)) make(path, size)
  process.stdout.write(
    `\n${size.users.toLocaleString('en')} users, ${size.follows.toLocaleString('en')} follows, ${size.posts.toLocaleString('en')} posts\n`,
  )
  process.stdout.write(`${'question'.padEnd(42)}${'microblog'.padStart(11)}${'sqlite3'.padStart(11)}${'ratio'.padStart(8)}\n`)
  const version = ['--version']
  for (const { name, argv, sql, rounds: few } of questions(size)) {
    const other = sql === undefined ? () => microblog(path, version) : () => shell(path, sql)
    const [ours = 0, theirs = 0] = alternate(few ?? rounds, () => microblog(path, argv), other)
    const note = sql === undefined ? '  of --version' : ''
    process.stdout.write(`${name.padEnd(42)}${ms(ours)}${ms(theirs)}${(ours / theirs).toFixed(2).padStart(8)}${note}\n`)
  }
}

function make(path: string, size: Size): void {
  execFileSync(process.execPath, [bin, '--db', path, 'db', 'upgrade'], { env })
  fill(path, size)
}

const ms = (time: number): string => `${time.toFixed(0)} ms`.padStart(11)

function microblog(path: string, argv: readonly string[]): void {
  spawnSync(process.execPath, [bin, ...argv], {
    env: { ...env, MICROBLOG_DB: path },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 30,
  })
}

function shell(path: string, sql: string): void {
  spawnSync('sqlite3', ['-readonly', path, sql], { env, stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 30 })
}

/** The median time of each function, run in turn so that a busy machine slows all of them alike. */
function alternate(rounds: number, ...works: readonly (() => void)[]): number[] {
  const times: number[][] = works.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [index, work] of works.entries()) {
      const start = performance.now()
      work()
      if (round > 0) times[index]?.push(performance.now() - start)
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN)
}

/** The SQL that Flask-SQLAlchemy generates for the tutorial's `following_posts`: an outer join, grouped to remove duplicates. */
const tutorialTimeline = (id: number): string =>
  `SELECT p.id, p.timestamp, p.body FROM posts p JOIN users author ON author.id = p.user_id LEFT OUTER JOIN (followers f JOIN users reader ON reader.id = f.follower_id) ON author.id = f.followed_id
   WHERE reader.id = ${id} OR author.id = ${id} GROUP BY p.id, p.body, p.timestamp, p.user_id ORDER BY p.timestamp DESC LIMIT 20`

const joinTimeline = (id: number): string =>
  `SELECT p.id, p.timestamp, u.username, p.body FROM posts p JOIN users u ON u.id = p.user_id
   WHERE p.user_id IN (SELECT followed_id FROM followers WHERE follower_id = ${id} UNION ALL SELECT ${id}) ORDER BY p.timestamp DESC, p.id DESC LIMIT 20`

/** A breadth-first search that ends when it reaches the user. */
const recursivePath = (from: number, to: number): string =>
  `WITH RECURSIVE walk (id, depth) AS (SELECT ${from}, 0 UNION SELECT followed_id, depth + 1 FROM walk JOIN followers ON follower_id = id WHERE depth < 20)
   SELECT depth FROM walk WHERE id = ${to} LIMIT 1`

function questions(size: Size): Row[] {
  const [star = 1, second = 2] = ranking(size)
  const readers = [10, 11, 12].map((id) => ({ id, follows: { 10: 10, 11: 1_000, 12: 5_000 }[id] }))
  const followersOfStar = `SELECT username FROM followers JOIN users ON id = follower_id WHERE followed_id = ${star} ORDER BY username`
  return [
    ...readers.map(({ id, follows }) => ({ name: `timeline, follows ${follows}`, argv: ['timeline', username(id)] })),
    ...readers.map(({ id, follows }) => ({
      name: `timeline, follows ${follows}, plain join`,
      argv: ['timeline', username(id)],
      sql: joinTimeline(id),
    })),
    { name: "timeline, follows 10, the tutorial's query", argv: ['timeline', username(10)], sql: tutorialTimeline(10) },
    {
      name: "the celebrity's followers --count",
      argv: ['followers', username(star), '--count'],
      sql: `SELECT count(*) FROM followers WHERE followed_id = ${star}`,
    },
    { name: "the celebrity's followers", argv: ['followers', username(star)], sql: followersOfStar },
    { name: "the celebrity's first five followers", argv: ['followers', username(star), '-n', '5'] },
    {
      name: 'is-following',
      argv: ['is-following', username(10), username(star)],
      sql: `SELECT 1 FROM followers WHERE follower_id = 10 AND followed_id = ${star}`,
    },
    {
      name: 'followers --mutual, of the second',
      argv: ['followers', username(second), '--mutual'],
      sql: `SELECT username FROM users WHERE id IN (SELECT follower_id FROM followers WHERE followed_id = ${second} INTERSECT SELECT followed_id FROM followers WHERE follower_id = ${second}) ORDER BY username`,
    },
    {
      name: 'suggest -n 20, follows 5,000',
      argv: ['suggest', username(12), '-n', '20'],
      sql: `SELECT username, n FROM (SELECT b.followed_id AS id, count(*) AS n FROM followers a JOIN followers b ON b.follower_id = a.followed_id WHERE a.follower_id = 12 AND b.followed_id <> 12
        AND NOT EXISTS (SELECT 1 FROM followers k WHERE k.follower_id = 12 AND k.followed_id = b.followed_id) GROUP BY b.followed_id ORDER BY n DESC, id LIMIT 20) JOIN users USING (id) ORDER BY n DESC, id`,
    },
    { name: 'path, against a recursive CTE', argv: ['path', username(100), username(777)], sql: recursivePath(100, 777), rounds: 3 },
    { name: 'search of a word in every tenth post', argv: ['search', 'coffee', '-n', '20'] },
    {
      name: 'search of two words',
      argv: ['search', 'coffee AND beautiful'],
      sql: "SELECT p.id, p.timestamp, u.username, p.body FROM posts p JOIN users u ON u.id = p.user_id WHERE p.id IN (SELECT rowid FROM posts_search WHERE posts_search MATCH 'coffee AND beautiful') ORDER BY p.timestamp DESC, p.id DESC LIMIT 20",
    },
  ]
}
