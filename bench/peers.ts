/** Everyday commands and an import, by microblog and by each peer that is installed, on copies of the same database. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { alternate, type Command, environment, median, microblog, time } from './measure.ts'
import { followedOf, followerOf, follows, ranking, type Size, username } from './network.ts'

/** A task with the time of each program in milliseconds. */
export interface Task {
  readonly name: string
  readonly times: ReadonlyMap<string, number>
}

export const ours = 'microblog'
const rounds = 9
const python = '/usr/bin/python3'
const tutorial = resolve('bench/peers/tutorial.py')
const kysely = resolve('bench/peers/kysely.mjs')

/** What each program runs for a task; nothing, if it has no such command. */
interface Programs {
  readonly name: string
  readonly argv: readonly string[]
  /** For the sqlite3 shell and for sqlite-utils. */
  readonly sql: string
  readonly isInTutorial: boolean
}

/** `small` is a database with the network of `size`, which is not changed. */
export function comparePeers(small: string, size: Size, folder: string): Task[] {
  const db = join(folder, 'peers.db')
  copyFileSync(small, db)
  return [...everyday(size).map((task) => measure(task, db)), measureImport(db, size, folder)]
}

/** The peers that are installed. The sqlite3 shell is needed for other measurements too. */
const installed = {
  'sqlite-utils': spawnSync('sqlite-utils', ['--version']).status === 0,
  'Flask-SQLAlchemy': spawnSync(python, ['-c', 'import flask_sqlalchemy']).status === 0,
}

function measure({ name, argv, sql, isInTutorial }: Programs, db: string): Task {
  const commands: [string, Command][] = [
    [ours, microblog(db, ...argv)],
    ['sqlite3', ['sqlite3', db, sql]],
    ['Kysely', [process.execPath, kysely, db, ...argv]],
    ...(installed['sqlite-utils'] ? [['sqlite-utils', ['sqlite-utils', 'query', db, sql]] as [string, Command]] : []),
    ...(installed['Flask-SQLAlchemy'] && isInTutorial ? [['Flask-SQLAlchemy', [python, tutorial, db, ...argv]] as [string, Command]] : []),
  ]
  const times = alternate(
    commands.map(([, command]) => command),
    rounds,
  )
  return { name, times: new Map(commands.map(([program], index) => [program, median(times[index] ?? [])])) }
}

function everyday(size: Size): Programs[] {
  const [star = 1] = ranking(size)
  const [reader, many, famous] = [username(10), username(11), username(star)]
  const id = (name: string) => `(SELECT id FROM users WHERE lower(username) = lower('${name}'))`
  const post = 'SELECT p.id, p.timestamp, u.username, p.body FROM posts p JOIN users u ON u.id = p.user_id'
  const followed = `SELECT followed_id FROM followers WHERE follower_id = ${id(many)}`
  const newest = 'ORDER BY p.timestamp DESC, p.id DESC LIMIT 20'
  const suggested = `SELECT username, count(*) AS n FROM followers a JOIN followers b ON b.follower_id = a.followed_id JOIN users u ON u.id = b.followed_id
    WHERE a.follower_id = ${id(many)} AND b.followed_id <> ${id(many)} AND b.followed_id NOT IN (${followed}) GROUP BY b.followed_id ORDER BY n DESC, b.followed_id LIMIT 20`
  const tasks: [name: string, argv: readonly string[], sql: string, isInTutorial: boolean][] = [
    [
      'is-following',
      ['is-following', reader, famous],
      `SELECT EXISTS (SELECT 1 FROM followers WHERE follower_id = ${id(reader)} AND followed_id = ${id(famous)})`,
      true,
    ],
    [
      'followers of a user',
      ['followers', reader],
      `SELECT username FROM users JOIN followers ON follower_id = id WHERE followed_id = ${id(reader)} ORDER BY username`,
      true,
    ],
    ['follow', ['follow', reader, famous], `INSERT OR IGNORE INTO followers VALUES (${id(reader)}, ${id(famous)})`, true],
    [
      'post',
      ['post', reader, 'hello'],
      `INSERT INTO posts (body, timestamp, user_id) VALUES ('hello', strftime('%Y-%m-%dT%H:%M:%fZ'), ${id(reader)})`,
      true,
    ],
    [
      'timeline, follows 1,000',
      ['timeline', many],
      `${post} WHERE p.user_id IN (${followed} UNION ALL SELECT ${id(many)}) ${newest}`,
      true,
    ],
    ['suggest, follows 1,000', ['suggest', many], suggested, false],
    [
      'search',
      ['search', 'coffee'],
      `${post} WHERE p.id IN (SELECT rowid FROM posts_search WHERE posts_search MATCH 'coffee') ${newest}`,
      false,
    ],
    [`list of ${size.users.toLocaleString('en')} users`, ['users'], 'SELECT username FROM users ORDER BY username', true],
  ]
  return tasks.map(([name, argv, sql, isInTutorial]) => ({ name, argv, sql, isInTutorial }))
}

const importSize = 100_000
/** The tutorial's code takes minutes for all of them: a part, from which its time for all is extrapolated. */
const tutorialSize = 2_000

/** By name, with the users and all indexes in place, once for each program. */
function measureImport(db: string, size: Size, folder: string): Task {
  const [all, part] = [join(folder, 'peers.tsv'), join(folder, 'part.tsv')]
  const pairs = follows(size)
  const stride = 7
  const lines = Array.from({ length: importSize }, (_, index) => pairs[index * stride] ?? 0).map(
    (pair) => `${username(followerOf(pair))}\t${username(followedOf(pair))}\n`,
  )
  writeFileSync(all, lines.join(''))
  writeFileSync(part, lines.slice(-tutorialSize).join(''))
  const empty = join(folder, 'empty.db')
  copyFileSync(db, empty)
  time(['sqlite3', empty, 'DELETE FROM followers'])
  const insert = `INSERT OR IGNORE INTO followers SELECT l.id, r.id FROM staged JOIN users l ON lower(l.username) = lower(a) JOIN users r ON lower(r.username) = lower(b)`
  const stage = `CREATE TABLE staged (a TEXT, b TEXT);\n.mode tabs\n.import ${all} staged\n${insert};\n`
  writeFileSync(join(folder, 'stage.sql'), stage)
  const onCopy = (command: (copy: string) => Command): number => {
    const copy = join(folder, 'copy.db')
    copyFileSync(empty, copy)
    return time(command(copy))
  }
  const times = new Map<string, number>([
    [ours, onCopy((copy) => microblog(copy, 'import', all, '-q'))],
    ['sqlite3', onCopy((copy) => ['bash', '-c', `sqlite3 ${copy} < ${join(folder, 'stage.sql')}`])],
    ['Kysely', onCopy((copy) => [process.execPath, kysely, copy, 'import', all])],
  ])
  if (installed['sqlite-utils'])
    times.set(
      'sqlite-utils',
      onCopy((copy) => [
        'bash',
        '-c',
        `(printf 'a\\tb\\n'; cat ${all}) | sqlite-utils insert ${copy} staged - --tsv && sqlite-utils query ${copy} "${insert}"`,
      ]),
    )
  if (installed['Flask-SQLAlchemy']) {
    const copy = join(folder, 'tutorial.db')
    copyFileSync(empty, copy)
    const { stdout } = spawnSync(python, [tutorial, copy, 'import', part], { env: environment, encoding: 'utf8' })
    times.set('Flask-SQLAlchemy', (Number(stdout) * importSize) / tutorialSize)
  }
  return { name: `import of ${importSize.toLocaleString('en')} follows by name`, times }
}
