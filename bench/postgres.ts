/** The program on PostgreSQL: against psql doing the same, and against itself on SQLite. Needs MICROBLOG_TEST_SERVER. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fill } from './generate.ts'
import { compare, type Row } from './measure.ts'
import { small, username } from './network.ts'
import type { Report } from './report.ts'

const bin = resolve('bin/microblog.js')
const { NODE_EXTRA_CA_CERTS: _dropped, ...env } = process.env

/** Nothing is written. `server` is a URL without a database. `file` is the SQLite database of the small network, made if it is missing. */
export function benchPostgres(report: Report, server: string, file: string, folder: string): void {
  const ours = (db: string, ...argv: readonly string[]) => [process.execPath, bin, '--db', db, ...argv]
  const run = (...argv: readonly string[]) => execFileSync(process.execPath, argv.slice(1), { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `${server}/bench`
  if (!existsSync(file)) {
    run(...ours(file, 'db', 'upgrade'))
    fill(file, small)
  }
  run(...ours(url, 'db', 'upgrade'))
  run(...ours(file, 'db', 'copy', url))
  psql(url, 'ANALYZE')
  report.section('PostgreSQL', 'On a server of its own on the same machine.')
  report.rows(lists(url, ours, folder))
  report.rows(questions(url, file, ours, folder))
  report.rows([importRow(server, url, ours, folder)])
}

type Ours = (db: string, ...argv: readonly string[]) => string[]

/** Start-up and lists, against psql. */
function* lists(url: string, ours: Ours, cwd: string): Generator<Row> {
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
    ours: ours(url, 'followers', name),
    other: ['psql', '-At', '-c', followers, url],
    rounds: 21,
  })
  yield compare({
    ...against,
    name: 'list of 100,000 users',
    ours: ours(url, 'users'),
    other: copy('SELECT username FROM users ORDER BY 1'),
    rounds: 7,
  })
  yield compare({ ...against, name: 'export of a million follows', ours: ours(url, 'export', 'follows'), other: copy(follows), rounds: 3 })
}

/** Everyday questions, against the same program on SQLite. */
function* questions(url: string, file: string, ours: Ours, cwd: string): Generator<Row> {
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
    yield compare({ name: line.join(' '), ours: ours(url, ...line), against: 'SQLite', other: ours(file, ...line), rounds: 9, cwd })
}

/** The import of a million follows by name, against `\copy` of ids into the same tables, once each. */
function importRow(server: string, url: string, ours: Ours, folder: string): Row {
  const names = join(folder, 'names.tsv')
  const ids = join(folder, 'ids.tsv')
  writeFileSync(names, execFileSync(process.execPath, ours(url, 'export', 'follows', '--no-header').slice(1), { env, maxBuffer: 2 ** 30 }))
  psql(url, `\\copy followers TO '${ids}'`)
  const [one, other] = [`${server}/names`, `${server}/ids`]
  for (const target of [one, other]) {
    execFileSync(process.execPath, ours(target, 'db', 'upgrade', '-q').slice(1), { env })
    psql(url, `\\copy users TO '${join(folder, 'users.tsv')}'`)
    psql(target, `\\copy users FROM '${join(folder, 'users.tsv')}'`)
  }
  const started = performance.now()
  execFileSync(process.execPath, ours(one, 'import', names, '-q').slice(1), { env })
  const between = performance.now()
  psql(other, `\\copy followers FROM '${ids}'`)
  const [first, second] = [between - started, performance.now() - between]
  return { name: 'import of a million follows', ours: first, other: second, ratio: first / second, against: '\\copy of ids' }
}

function psql(url: string, command: string): void {
  const { status, stderr } = spawnSync('psql', ['-q', '-c', command, url], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}
