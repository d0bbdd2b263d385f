/**
 * `npm run bench`: compares microblog with a lower bound or with another program that does the same work in the same run.
 * `-- large` adds ten million follows and posts, `-- postgres` measures on a PostgreSQL server of its own instead.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bulkRows } from './bulk.ts'
import { benchGraph } from './graph.ts'
import { printRow } from './measure.ts'
import { large, small } from './network.ts'
import { benchPostgres } from './postgres.ts'
import { startupRows } from './startup.ts'

const isLarge = process.argv.includes('large')
const isOnServer = process.argv.includes('postgres')
const server = process.env.MICROBLOG_TEST_SERVER
const folder = mkdtempSync(join(tmpdir(), 'microblog-bench-'))
// Kept, because generating the networks takes minutes.
const kept = (name: string): string => join(tmpdir(), `microblog-bench-${name}.db`)
try {
  if (isOnServer && server) benchPostgres(server, kept('small'), folder)
  else if (isOnServer) execFileSync(process.execPath, ['test/postgres/with-cluster.mjs', ...process.argv], { stdio: 'inherit' })
  else {
    for (const row of startupRows(folder)) printRow(row)
    const sizes = [100_000, 1_000_000, ...(isLarge ? [10_000_000] : [])]
    for (const row of bulkRows(folder, sizes)) printRow(row)
    benchGraph(kept('small'), small)
    if (isLarge) benchGraph(kept('large'), large)
  }
} finally {
  rmSync(folder, { recursive: true })
}
