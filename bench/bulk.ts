/** Imports and exports of 100,000 and more rows, compared with the `sqlite3` shell. */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { environment, type Row } from './measure.ts'

const microblog = `'${process.execPath}' '${resolve('bin/microblog.js')}'`

const table = `CREATE TABLE followers (follower_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  followed_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, PRIMARY KEY (follower_id, followed_id),
  CHECK (follower_id <> followed_id)) STRICT, WITHOUT ROWID;
CREATE INDEX followers_followed_id ON followers (followed_id, follower_id);`

/** Imports the same edges as ids into the same schema. Unlike microblog, the shell resolves no names here. */
const shellIds = `PRAGMA journal_mode = WAL;\n${table}\n.mode tabs\n.import ids.tsv followers\n`

/** The fastest way to import names with the shell: stage them, join them in primary key order, and create the index last. */
const shellNames = `PRAGMA journal_mode = WAL;
CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT); CREATE TEMP TABLE staged (a TEXT, b TEXT);
.mode tabs
.import users.tsv users
.import names.tsv staged
CREATE UNIQUE INDEX users_lower_username ON users (lower(username));
${table.replace(/\nCREATE INDEX.*/s, '')}
INSERT OR IGNORE INTO followers SELECT l.id, r.id FROM staged JOIN users l ON lower(l.username) = lower(a) JOIN users r ON lower(r.username) = lower(b) ORDER BY 1, 2;
CREATE INDEX followers_followed_id ON followers (followed_id, follower_id);
`

const shellSelect = `.mode tabs
SELECT l.username, r.username FROM followers f JOIN users l ON l.id = f.follower_id JOIN users r ON r.id = f.followed_id ORDER BY follower_id, followed_id;
`

/** As `shellNames`, for posts: stage them, join the authors, and create the indexes last. Triggers fill the search index. */
const shellPosts = `CREATE TEMP TABLE staged (a TEXT, t TEXT, b TEXT);
.mode tabs
.import posts.tsv staged
BEGIN IMMEDIATE;
DROP INDEX posts_timestamp;
DROP INDEX posts_user_id;
INSERT INTO posts (body, timestamp, user_id) SELECT b, t, id FROM staged JOIN users ON lower(username) = lower(a) ORDER BY staged.rowid;
CREATE INDEX posts_timestamp ON posts (timestamp, id);
CREATE INDEX posts_user_id ON posts (user_id, timestamp, id);
COMMIT;
`

/** Measures graphs of `sizes` follows. `folder` must be empty and have a few hundred bytes free per follow. */
export function* bulkRows(folder: string, sizes: readonly number[] = [100_000, 1_000_000]): Generator<Row> {
  for (const size of sizes) {
    writeGraph(folder, size)
    const sql = { 'ids.sql': shellIds, 'names.sql': shellNames, 'posts.sql': shellPosts, 'select.sql': shellSelect }
    for (const [name, text] of Object.entries(sql)) writeFileSync(join(folder, name), text)
    run(
      folder,
      `rm -f *.db*; ${microblog} --db ours.db db upgrade -q && cut -f2 users.tsv | ${microblog} --db ours.db import - --type users -q && cp ours.db posts.db && cp ours.db shellposts.db`,
    )
    const posts = run(folder, `${microblog} --db posts.db import posts.tsv --type posts --no-header -q`)
    const shell = run(folder, 'sqlite3 shellposts.db < posts.sql')
    yield row(`import ${size.toLocaleString('en')} posts, ${posts.megabytes} MB`, posts, 'sqlite3 staged join, indexes last', shell)
    const ours = run(folder, `${microblog} --db ours.db import names.tsv -q`)
    const what = `import ${size.toLocaleString('en')} follows, ${ours.megabytes} MB`
    yield row(what, ours, 'sqlite3 .import of ids', run(folder, 'sqlite3 shell.db < ids.sql'))
    yield row(what, ours, 'sqlite3 staged join of names', run(folder, 'sqlite3 joined.db < names.sql'))
    const exported = run(folder, `${microblog} --db ours.db export follows > /dev/null`)
    const select = run(folder, 'sqlite3 ours.db < select.sql > /dev/null')
    yield row(`export ${size.toLocaleString('en')} follows, ${exported.megabytes} MB`, exported, 'sqlite3 select', select)
  }
}

interface Measured {
  readonly milliseconds: number
  /** Peak resident memory of the largest process. */
  readonly megabytes: number
}

function row(name: string, ours: Measured, against: string, other: Measured): Row {
  return { name, ours: ours.milliseconds, other: other.milliseconds, ratio: ours.milliseconds / other.milliseconds, against }
}

/** Runs a line of shell. @throws Error, if it fails. */
function run(folder: string, script: string): Measured {
  const start = performance.now()
  const wrapped = `/usr/bin/time -o memory -f %M bash -c ${JSON.stringify(script)}`
  const { status, stderr } = spawnSync('bash', ['-c', wrapped], { cwd: folder, env: environment, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`)
  const milliseconds = performance.now() - start
  return { milliseconds, megabytes: Math.round(Number(readFileSync(join(folder, 'memory'), 'utf8')) / 1024) }
}

/** Writes unsorted edges without repeats: a stride coprime to the number of users visits each user once. */
function writeGraph(folder: string, edges: number): void {
  const users = Math.max(1000, Math.round(edges / 8.33))
  const stride = 611_953
  const name = (id: number): string => `user${(id * 7919) % 1_000_003}x${id}`
  write(join(folder, 'users.tsv'), users, (index) => `${index + 1}\t${name(index + 1)}\n`)
  const pair = (index: number): [number, number] => {
    const follower = (index * stride) % users
    const step = 1 + ((Math.floor(index / users) * stride + follower * 31) % (users - 1))
    return [follower + 1, ((follower + step) % users) + 1]
  }
  write(join(folder, 'ids.tsv'), edges, (index) => `${pair(index).join('\t')}\n`)
  write(join(folder, 'names.tsv'), edges, (index) => `${pair(index).map(name).join('\t')}\n`)
  const time = (index: number): string => new Date(1_500_000_000_000 + index * 1_000).toISOString()
  const words = 'hello world coffee beautiful day movie Portland today cool lorem ipsum'.split(' ')
  const body = (index: number): string => words.slice(index % 5, (index % 5) + 3 + (index % 4)).join(' ')
  write(join(folder, 'posts.tsv'), edges, (index) => `${name((pair(index)[0] % users) + 1)}\t${time(index)}\t${body(index)}\n`)
}

function write(path: string, count: number, line: (index: number) => string): void {
  const file = openSync(path, 'w')
  for (let start = 0; start < count; start += 10_000) {
    const length = Math.min(10_000, count - start)
    writeSync(file, Array.from({ length }, (_unused, index) => line(start + index)).join(''))
  }
  closeSync(file)
}
