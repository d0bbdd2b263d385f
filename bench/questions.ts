/** Questions to a network: microblog compared with the sqlite3 shell or with its own start, and with itself on networks of other sizes. */
import { existsSync } from 'node:fs'
import { fill } from './generate.ts'
import { alternate, type Command, compare, median, microblog, milliseconds, quantile, type Row, time } from './measure.ts'
import { ranking, type Size, username } from './network.ts'
import { random } from './random.ts'

/** What `--version` takes, the least that any command does. */
const start = microblog('none', '--version')

interface Question {
  readonly name: string
  readonly argv: readonly string[]
  /** The same query in SQL. Without it the row is compared with `microblog --version`. */
  readonly sql?: string
  /** A lower number of rounds for a slow query. */
  readonly rounds?: number
}

/** Creates the network at `path` if it does not exist. */
export function makeNetwork(path: string, size: Size): void {
  if (existsSync(path)) return
  time(microblog(path, 'db', 'upgrade'))
  fill(path, size)
}

export function* questionRows(path: string, size: Size, rounds = 7): Generator<Row> {
  for (const { name, argv, sql, rounds: few } of questions(size))
    yield compare({
      name,
      ours: microblog(path, ...argv),
      against: sql === undefined ? 'microblog --version' : 'sqlite3',
      other: sql === undefined ? start : ['sqlite3', '-readonly', path, sql],
      rounds: few ?? rounds,
      cwd: '.',
    })
  yield* pathRows(path, size)
}

/** How many pairs of users `pathRows` takes. */
const pairs = 60

/** The chains between random users, and from random users to the celebrity. */
function* pathRows(path: string, size: Size): Generator<Row> {
  const { below } = random(4)
  const [star = 1] = ranking(size)
  const someone = () => username(1 + below(size.users))
  const commands: Command[] = Array.from({ length: pairs }, (_, index) =>
    microblog(path, 'path', someone(), index % 4 === 0 ? username(star) : someone()),
  )
  const [starts = [], ...times] = alternate([start, ...commands], 3)
  const other = median(starts)
  const all = times.map((some) => median(some))
  for (const [name, part] of [
    ['half', 0.5],
    ['95 %', 0.95],
  ] as const) {
    const ours = quantile(all, part)
    yield { name: `path: ${name} of ${pairs} pairs are faster than`, ours, other, ratio: ours / other, against: 'microblog --version' }
  }
}

/** The questions of which the answer has the same size in every network, so the time should be the same. */
const ofOneSize = /^(timeline, follows \d[\d,]*$|is-following|followers of|the celebrity's first|suggest|path|search of two)/

/** Rows that compare a question of another row with something else. */
const otherComparison = /plain join|the tutorial's query|of its start/

/** How the time of each question grows from one network to the next. */
export function growth(results: readonly (readonly Row[])[]): string[][] {
  const [first = [], ...larger] = results
  const once = first.filter(({ name }) => !otherComparison.test(name))
  return once.map(({ name, ours }) => {
    const times = [ours, ...larger.map((rows) => rows.find((row) => row.name === name)?.ours ?? Number.NaN)]
    const factors = times.slice(1).map((time, index) => `${(time / (times[index] ?? 1)).toFixed(2)} x`)
    return [name, ofOneSize.test(name) ? 'one range' : 'grows', ...times.map(milliseconds), ...factors]
  })
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

function questions(size: Size): Question[] {
  const [star = 1, second = 2] = ranking(size)
  const readers = [10, 11, 12].map((id) => ({ id, follows: { 10: '10', 11: '1,000', 12: '5,000' }[id] }))
  const followersOfStar = `SELECT username FROM followers JOIN users ON id = follower_id WHERE followed_id = ${star} ORDER BY username`
  return [
    ...readers.map(({ id, follows }) => ({ name: `timeline, follows ${follows}`, argv: ['timeline', username(id)] })),
    ...readers.map(({ id, follows }) => ({
      name: `timeline, follows ${follows}, plain join`,
      argv: ['timeline', username(id)],
      sql: joinTimeline(id),
    })),
    { name: "timeline, follows 10, the tutorial's query", argv: ['timeline', username(10)], sql: tutorialTimeline(10), rounds: 3 },
    {
      name: 'is-following',
      argv: ['is-following', username(10), username(star)],
      sql: `SELECT 1 FROM followers WHERE follower_id = 10 AND followed_id = ${star}`,
    },
    { name: 'followers of a user', argv: ['followers', username(10)] },
    { name: "the celebrity's first five followers", argv: ['followers', username(star), '-n', '5'] },
    {
      name: "the celebrity's followers --count",
      argv: ['followers', username(star), '--count'],
      sql: `SELECT count(*) FROM followers WHERE followed_id = ${star}`,
    },
    { name: "the celebrity's followers", argv: ['followers', username(star)], sql: followersOfStar },
    { name: 'users', argv: ['users'], sql: 'SELECT username FROM users ORDER BY username' },
    {
      name: 'followers --mutual, of the second',
      argv: ['followers', username(second), '--mutual'],
      sql: `SELECT username FROM users WHERE id IN (SELECT follower_id FROM followers WHERE followed_id = ${second} INTERSECT SELECT followed_id FROM followers WHERE follower_id = ${second}) ORDER BY username`,
    },
    { name: 'suggest -n 20, follows 5,000, of its start', argv: ['suggest', username(12), '-n', '20'] },
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
    { name: 'stats', argv: ['stats'], sql: plainStats, rounds: 3 },
    { name: 'export of posts', argv: ['export', 'posts'], sql: plainPosts, rounds: 3 },
    { name: 'export of follows', argv: ['export', 'follows'], sql: plainFollows, rounds: 3 },
  ]
}

/** The numbers that `stats` prints, by plain SQL. */
const plainStats = `SELECT count(*) FROM users; SELECT count(*) FROM posts; SELECT count(*) FROM followers;
  SELECT username, n FROM (SELECT followed_id AS id, count(*) AS n FROM followers GROUP BY 1 ORDER BY n DESC, id LIMIT 10) JOIN users USING (id) ORDER BY n DESC;
  WITH counts AS (SELECT count(*) AS n FROM followers GROUP BY followed_id) SELECT CAST(log2(n) AS INTEGER) AS size, count(*) FROM counts GROUP BY 1
  UNION ALL SELECT -1, (SELECT count(*) FROM users) - (SELECT count(*) FROM counts)`

const plainPosts = `SELECT username, timestamp, body FROM posts JOIN users ON users.id = user_id ORDER BY posts.id`

const plainFollows = `SELECT a.username, b.username FROM followers JOIN users a ON a.id = follower_id JOIN users b ON b.id = followed_id ORDER BY follower_id, followed_id`
