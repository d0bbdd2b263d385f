/**
 * `npm run bench`: compares microblog with a lower bound or with another program that does the same work in the same run, and writes
 * bench/results.md and the chart bench/results.svg. `-- large` adds ten million follows and posts, and how each question grows;
 * `-- postgres` measures on a PostgreSQL server of its own instead, and writes nothing.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bulkRows } from './bulk.ts'
import { drawChart } from './chart.ts'
import { milliseconds, type Row } from './measure.ts'
import { large, type Size, small, tiny } from './network.ts'
import { comparePeers, ours } from './peers.ts'
import { benchPostgres } from './postgres.ts'
import { growth, makeNetwork, questionRows } from './questions.ts'
import { Report } from './report.ts'
import { startupRows } from './startup.ts'

const isLarge = process.argv.includes('large')
const server = process.env.MICROBLOG_TEST_SERVER
const folder = mkdtempSync(join(tmpdir(), 'microblog-bench-'))
// Kept, because generating the networks takes minutes.
const kept = (name: string): string => join(tmpdir(), `microblog-bench-${name}.db`)
const report = new Report()
try {
  if (!process.argv.includes('postgres')) measureAll()
  else if (server) benchPostgres(report, server, kept('small'), folder)
  else execFileSync(process.execPath, ['test/postgres/with-cluster.mjs', ...process.argv], { stdio: 'inherit' })
} finally {
  rmSync(folder, { recursive: true })
}

function measureAll(): void {
  report.section('Start', 'Whole processes, against Node on an empty file.')
  report.rows(startupRows(folder))

  makeNetwork(kept('small'), small)
  report.section('Peers', `The same task by each program, on ${describe(small)}. Flask-SQLAlchemy is the tutorial's own code.`)
  const tasks = comparePeers(kept('small'), small, folder)
  const programs = [...new Set(tasks.flatMap(({ times }) => [...times.keys()]))]
  const cell = (time: number | undefined, own: number) => (time === undefined ? '' : `${milliseconds(time)} (${(time / own).toFixed(1)} x)`)
  report.table(
    ['task', ...programs],
    tasks.map(({ name, times }) => [name, ...programs.map((program) => cell(times.get(program), times.get(ours) ?? Number.NaN))]),
  )
  writeFileSync('bench/results.svg', drawChart(tasks))

  report.section('Imports and exports', 'Once each, with the largest resident memory.')
  report.rows(bulkRows(folder, [100_000, 1_000_000, ...(isLarge ? [10_000_000] : [])]))

  const networks: [name: string, size: Size][] = [['small', small]]
  if (isLarge) networks.unshift(['tiny', tiny])
  if (isLarge) networks.push(['large', large])
  const results: Row[][] = []
  for (const [name, size] of networks) {
    makeNetwork(kept(name), size)
    report.section(`Questions to ${describe(size)}`, 'Against the same query in the sqlite3 shell, or against the start of microblog.')
    results.push(report.rows(questionRows(kept(name), size)))
  }
  if (isLarge) {
    report.section('Growth', 'One range: the answer is a range of an index of the same size in all three networks.')
    const sizes = networks.map(([, { follows }]) => `${follows.toLocaleString('en')} follows`)
    report.table(['question', '', ...sizes, 'to the second', 'to the third'], growth(results))
  }
  report.write('bench/results.md')
}

function describe({ users, follows, posts }: Size): string {
  const count = (n: number) => n.toLocaleString('en')
  return `${count(users)} users, ${count(follows)} follows, ${count(posts)} posts`
}
