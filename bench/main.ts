/** `npm run bench`: each row ours against a limit or a peer, same work, same run, as a ratio of medians. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printRow } from './measure.ts'
import { startupRows } from './startup.ts'

const folder = mkdtempSync(join(tmpdir(), 'microblog-bench-'))
try {
  for (const row of startupRows(folder)) printRow(row)
} finally {
  rmSync(folder, { recursive: true })
}
