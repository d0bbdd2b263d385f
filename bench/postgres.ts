/** The program on PostgreSQL: against psql doing the same, and against itself on SQLite. Needs MICROBLOG_TEST_SERVER. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compare, environment, microblog, type Row, time } from './measure.ts'
import { small, username } from './network.ts'
import { makeNetwork } from './questions.ts'
import type { Report } from './report.ts'

/** Nothing is written. `server` is a URL without a database. `file` is the SQLite database of the small network, made if it is missing. */
export function benchPostgres(report: Report, server: string, file: string, folder: string): void {
  const url = `${server}/bench`
  makeNetwork(file, small)
  time(microblog(url, 'db', 'upgrade'))
  time(microblog(file, 'db', 'copy', url))
  psql(url, 'ANALYZE')
  report.section('PostgreSQL', 'On a server of its own on the same machine.')
  report.rows(lists(url, folder))
  report.rows(questions(url, file, folder))
  report.rows([importRow(server, url, folder)])
}

/** Start-up and lists, against psql. */
function* lists(url: string, cwd: string): Generator<Row> {
  const name = username(10)
  const followers = `SELECT f.username FROM followers JOIN users f ON f.id = follower_id JOIN users u ON u.id = followed_id
    WHERE lower(u.username) = lower('${name}') ORDER BY f.username`
  const follows = `SELECT a.username, b.username FROM followers JOIN users a ON a.id = follower_id JOIN users b ON b.id = followed_id
    ORDER BY follower_id, followed_id`
  const against = { against: 'psql', cwd }
  const copy = (query: string) => ['psql', '-qAt', '-c', `COPY (${query}) TO STDOUT`, url]
  yield compare({
    ...against,
    name: 'followers of a user',
    ours: microblog(url, 'followers', name),
    other: ['psql', '-At', '-c', followers, url],
    rounds: 21,
  })
  yield compare({
    ...against,
    name: 'list of 100,000 users',
    ours: microblog(url, 'users'),
    other: copy('SELECT username FROM users ORDER BY 1'),
    rounds: 7,
  })
  yield compare({
    ...against,
    name: 'export of a million follows',
    ours: microblog(url, 'export', 'follows'),
    other: copy(follows),
    rounds: 3,
  })
}

/** Everyday questions, against the same program on SQLite. */
function* questions(url: string, file: string, cwd: string): Generator<Row> {
  const [few, many] = [username(10), username(12)]
  const lines = [
    ['followers', few],
    ['timeline', few],
    ['timeline', many],
    ['suggest', many],
    ['path', few, many],
    ['search', 'coffee'],
    ['stats'],
  ]
  for (const line of lines)
    yield compare({
      name: line.join(' '),
      ours: microblog(url, ...line),
      against: 'SQLite',
      other: microblog(file, ...line),
      rounds: 9,
      cwd,
    })
}

/** The import of a million follows by name, against `\copy` of ids into the same tables, once each. */
function importRow(server: string, url: string, folder: string): Row {
  const names = join(folder, 'names.tsv')
  const ids = join(folder, 'ids.tsv')
  writeFileSync(
    names,
    execFileSync(process.execPath, microblog(url, 'export', 'follows', '--no-header').slice(1), { env: environment, maxBuffer: 2 ** 30 }),
  )
  psql(url, `\\copy followers TO '${ids}'`)
  const [one, other] = [`${server}/names`, `${server}/ids`]
  for (const target of [one, other]) {
    time(microblog(target, 'db', 'upgrade', '-q'))
    psql(url, `\\copy users TO '${join(folder, 'users.tsv')}'`)
    psql(target, `\\copy users FROM '${join(folder, 'users.tsv')}'`)
  }
  const started = performance.now()
  time(microblog(one, 'import', names, '-q'))
  const between = performance.now()
  psql(other, `\\copy followers FROM '${ids}'`)
  const [first, second] = [between - started, performance.now() - between]
  return { name: 'import of a million follows', ours: first, other: second, ratio: first / second, against: '\\copy of ids' }
}

function psql(url: string, command: string): void {
  const { status, stderr } = spawnSync('psql', ['-q', '-c', command, url], { env: environment, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}
