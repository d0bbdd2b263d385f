import { expect, it } from 'vitest'
import { autogenerate } from '../../../../src/db/sqlite/autogenerate/autogenerate.ts'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import type { Connection } from '../../../../src/db/sqlite/connection.ts'
import { renderMigration } from '../../../../src/migrate/new-file.ts'
import { followers, posts, schema, users } from '../../../../src/models/schema.ts'
import { shippedMigrations } from '../../../support/migrations.ts'
import { openMemory } from './memory.ts'

const shipped = Object.values(shippedMigrations())
/** As 0001 makes it: without AUTOINCREMENT. */
const firstUsers = { ...users, columns: { ...users.columns, id: { type: 'INTEGER', primaryKey: true } } }
const upgradeOf = (file: string) => file.slice(0, file.indexOf('-- downgrade'))
const replay = (files: readonly string[]) => (connection: Connection) => files.map(upgradeOf).forEach(connection.exec)

it('renders the declared schema as the CREATE statements that the shipped files leave', () => {
  const connection = openMemory()
  replay(shipped)(connection)
  const own = connection
    .all<{ name: string; sql: string }>('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL')
    .filter(({ name }) => !/^sqlite_|_(data|idx|docsize|config)$/.test(name))
  expect(renderSchema(schema).toSorted()).toEqual(own.map(({ sql }) => sql.replace('"users"', 'users')).toSorted())
})

it('generates the shipped 0003 when followers is declared', () => {
  const migration = autogenerate({ openMemory, replay: replay(shipped.slice(0, 2)), declared: { tables: [firstUsers, posts, followers] } })
  expect(migration?.changes).toEqual(["Detected added table 'followers'", "Detected added index 'followers_followed_id' on 'followers'"])
  expect(migration && renderMigration({ message: 'followers', ...migration })).toBe(shipped[2])
  expect(migration?.dropsData).toEqual([])
})

it('generates the shipped 0001 from an empty database', () => {
  const [first = ''] = shipped
  const migration = autogenerate({ openMemory, replay: () => {}, declared: { tables: [firstUsers] } })
  expect(migration && renderMigration({ message: 'users', ...migration })).toBe(first)
})

it('generates the shipped 0005 when the id of users becomes AUTOINCREMENT', () => {
  const migration = autogenerate({ openMemory, replay: replay(shipped.slice(0, 4)), declared: schema })
  expect(migration && renderMigration({ message: 'never give a user id twice', ...migration })).toBe(shipped[4])
})

it('generates nothing when the files create the declared schema', () => {
  expect(autogenerate({ openMemory, replay: replay(shipped), declared: schema })).toBeUndefined()
})
