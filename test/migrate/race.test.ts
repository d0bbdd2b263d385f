import { join } from 'node:path'
import { expect, it } from 'vitest'
import { SqliteEngine } from '../../src/db/sqlite/sqlite-engine.ts'
import type { MigrationConnection } from '../../src/migrate/migration-connection.ts'
import { run } from '../../src/migrate/run.ts'
import { root } from '../support/process.ts'
import { temporaryFolder } from '../support/run.ts'

it('upgrade finds nothing to do when another connection applies every migration after its first read', async () => {
  const engine = new SqliteEngine(join(temporaryFolder(), 'race.db'), join(root, 'migrations'))
  const files = await engine.migrations()
  const [one, other] = [await engine.connect('create'), await engine.connect('create')]
  const request = { direction: 'upgrade', target: 'head', rehearse: false } as const
  let isFirst = true
  const racing: MigrationConnection = {
    ...one,
    async history() {
      const rows = await one.history()
      if (isFirst) await run(other, files, request)
      isFirst = false
      return rows
    },
  }
  expect((await run(racing, files, request)).steps).toEqual([])
  await one.close()
  await other.close()
})
