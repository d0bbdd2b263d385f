import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createDatabase } from '../../src/db/sqlite/open.ts'
import { SqliteEngine } from '../../src/db/sqlite/sqlite-engine.ts'
import { SqliteMigrationConnection } from '../../src/db/sqlite/sqlite-migration-connection.ts'
import { run } from '../../src/migrate/run.ts'
import { root } from '../support/process.ts'
import { temporaryFolder } from '../support/run.ts'

it('upgrade finds nothing to do when another connection applies every migration after its first read', async () => {
  const path = join(temporaryFolder(), 'race.db')
  const files = await new SqliteEngine(path, join(root, 'migrations')).migrations()
  const other = new SqliteMigrationConnection(createDatabase(path), path)
  const request = { direction: 'upgrade', target: 'head', rehearse: false } as const
  class Racing extends SqliteMigrationConnection {
    #isFirst = true
    override async history() {
      const rows = await super.history()
      if (this.#isFirst) await run(other, files, request)
      this.#isFirst = false
      return rows
    }
  }
  const racing = new Racing(createDatabase(path), path)
  expect((await run(racing, files, request)).steps).toEqual([])
  await racing.close()
  await other.close()
})
