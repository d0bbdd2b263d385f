import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Connection } from '../../src/db/sqlite/connection.ts'
import { migrationConnection } from '../../src/db/sqlite/migration.ts'
import { createDatabase } from '../../src/db/sqlite/open.ts'
import { readMigrations } from '../../src/migrate/files.ts'
import { silent, upgrade } from '../../src/migrate/run.ts'
import { root } from '../support/process.ts'
import { temporaryFolder } from '../support/run.ts'

it('an upgrade sees one moment, also if another process creates everything between two of its questions', () => {
  const path = join(temporaryFolder(), 'race.db')
  const files = readMigrations(join(root, 'migrations'))
  const [one, other] = [migrationConnection(createDatabase(path)), migrationConnection(createDatabase(path))]
  const options = { target: 'head', progress: silent }
  let isFirst = true
  const racing: Connection = {
    get inTransaction() {
      return one.inTransaction
    },
    exec: (sql) => one.exec(sql),
    all<Row>(sql: string, ...parameters: readonly unknown[]) {
      const rows = one.all<Row>(sql, ...parameters)
      if (isFirst) upgrade(other, files, options)
      isFirst = false
      return rows
    },
    close: () => one.close(),
  }
  expect(upgrade(racing, files, options).steps).toEqual([])
  one.close()
  other.close()
})
