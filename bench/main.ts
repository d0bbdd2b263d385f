/**
 * `npm run bench`: compares microblog with a lower bound or with another program that does the same work in the same run.
 * `-- large` adds ten million follows and posts.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bulkRows } from './bulk.ts'
import { benchGraph } from './graph.ts'
import { printRow } from './measure.ts'
import { large, small } from './network.ts'
import { startupRows } from './startup.ts'

const isLarge = process.argv.includes('large')
const folder = mkdtempSync(join(tmpdir(), 'microblog-bench-'))
try {
  for (const row of startupRows(folder)) printRow(row)
  const sizes = [100_000, 1_000_000, ...(isLarge ? [10_000_000] : [])]
  for (const row of bulkRows(folder, sizes)) printRow(row)
} finally {
  rmSync(folder, { recursive: true })
}
// Keep the networks in the temporary folder: generating them takes minutes.
benchGraph(join(tmpdir(), 'microblog-bench-small.db'), small)
if (isLarge) benchGraph(join(tmpdir(), 'microblog-bench-large.db'), large)
