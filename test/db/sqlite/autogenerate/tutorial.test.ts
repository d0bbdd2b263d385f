import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { autogenerate } from '../../../../src/db/sqlite/autogenerate/autogenerate.ts'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import type { Connection } from '../../../../src/db/sqlite/connection.ts'
import { splitStatements } from '../../../../src/db/sqlite/tokens.ts'
import { renderMigration } from '../../../../src/migrate/new-file.ts'
import { followers, posts, schema, users } from '../../../../src/models/schema.ts'
import { openMemory } from './memory.ts'

const shipped = ['0001_users', '0002_posts', '0003_followers', '0004_search'].map((name) =>
  readFileSync(new URL(`../../../../migrations/${name}.sql`, import.meta.url), 'utf8'),
)
const upgradeOf = (file: string) => file.slice(0, file.indexOf('-- downgrade'))
const replay = (files: readonly string[]) => (connection: Connection) => files.map(upgradeOf).forEach(connection.exec)

it('renders the declared schema as the CREATE statements of the shipped files', () => {
  const statements = shipped
    .flatMap((file) => splitStatements(upgradeOf(file)).map(({ sql }) => sql))
    .filter((sql) => sql.startsWith('CREATE '))
  expect(renderSchema(schema)).toEqual(statements)
})

it('generates the shipped 0003 when followers is declared', () => {
  const migration = autogenerate({ openMemory, replay: replay(shipped.slice(0, 2)), declared: { tables: [users, posts, followers] } })
  expect(migration?.changes).toEqual(["Detected added table 'followers'", "Detected added index 'followers_followed_id' on 'followers'"])
  expect(migration && renderMigration({ message: 'followers', ...migration })).toBe(shipped[2])
  expect(migration?.dropsData).toEqual([])
})

it('generates the shipped 0001 from an empty database', () => {
  const [first = ''] = shipped
  const migration = autogenerate({ openMemory, replay: () => {}, declared: { tables: [users] } })
  expect(migration && renderMigration({ message: 'users', ...migration })).toBe(first)
})

it('generates nothing when the files create the declared schema', () => {
  expect(autogenerate({ openMemory, replay: replay(shipped), declared: schema })).toBeUndefined()
})
