import { statSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../../src/db/sqlite/open.ts'
import { SqliteEngine } from '../../../src/db/sqlite/sqlite-engine.ts'
import { allUsers } from '../../../src/models/users.ts'
import { execute } from '../../support/database.ts'
import { migrationFolder } from '../../support/migrations.ts'
import { world } from '../../support/run.ts'
import { sessionWith } from '../../support/session.ts'

describe.each(['read', 'write'] as const)('a connection to %s', (access) => {
  it.each([
    ['synchronous', 2],
    ['trusted_schema', 0],
    ['cell_size_check', 1],
    ['foreign_keys', 1],
    ['busy_timeout', 30_000],
    ['journal_mode', 'wal'],
    ['query_only', access === 'read' ? 1 : 0],
  ])('has %s = %s', async (pragma, value) => {
    const { db } = await world()
    const handle = openDatabase(db, access)
    onTestFinished(() => void handle.close())
    expect(handle.pragma(pragma, { simple: true })).toBe(value)
  })
})

it('a new database can be read and written by its owner only', async () => {
  const { db } = await world()
  expect(statSync(db).mode & 0o777).toBe(0o600)
})

it('a session for reading reads one snapshot', async () => {
  const { db } = await world('alice')
  const session = await new SqliteEngine(db, migrationFolder({})).open('read')
  const names = () => allUsers(session.db).select('username').execute()
  expect(await names()).toHaveLength(1)
  execute(db, "INSERT INTO users (username) VALUES ('bob')")
  expect(await names()).toHaveLength(1)
  await session.close()
})

it.each([10, 2_000_000])('a session joins the lines of a text that may have %s lines', async (maxLines) => {
  const session = await sessionWith('alice', ...Array.from({ length: 300 }, (_, index) => `u${index}`))
  let text = ''
  const lines = allUsers(session.db).where('id', '>', 1).select('username as line').orderBy('id')
  for await (const block of session.text(lines, ', ', async () => maxLines)) text += Buffer.from(block).toString()
  expect(text.split(', ')).toEqual(Array.from({ length: 300 }, (_, index) => `u${index}`))
})
