import { describe, expect, it } from 'vitest'
import { autogenerate } from '../../../../src/db/sqlite/autogenerate/autogenerate.ts'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import { integer, type SchemaDeclaration, type TableDeclaration, table, text } from '../../../../src/models/declare.ts'
import { openMemory } from './memory.ts'

const id = integer().primaryKey()
const notes = (columns: Parameters<typeof table>[1] = {}) => table('notes', { id, title: text(), body: text(), ...columns })
const index = (content: string, columns: string) => [
  { name: 'words', sql: `CREATE VIRTUAL TABLE words USING fts5(${columns}, content='${content}', content_rowid='id')` },
]
const overTable = (notesTable: TableDeclaration, columns = 'title'): SchemaDeclaration => ({
  tables: [notesTable],
  virtualTables: index('notes', columns),
})
const overView = (notesTable: TableDeclaration, ...views: readonly string[]): SchemaDeclaration => ({
  tables: [notesTable],
  virtualTables: index('readable', 'text'),
  views: views.map((sql) => ({ name: sql.split(' ')[2] ?? '', sql })),
})
const readable = (text: string, from = 'notes') => `CREATE VIEW readable AS SELECT id, ${text} AS text FROM ${from}`

/** Runs the migration up and down on one row, and checks each time that the index matches its content. Returns the number of rebuilds. */
function rebuilds(from: SchemaDeclaration, to: SchemaDeclaration): { up: number; down: number } {
  const start = renderSchema(from)
  const migration = autogenerate({ openMemory, replay: (connection) => start.forEach(connection.exec), declared: to })
  const db = openMemory()
  start.forEach(db.exec)
  db.exec("INSERT INTO notes (id, title, body) VALUES (5, 'ship', 'oak')")
  if (from.virtualTables) db.exec("INSERT INTO words (words) VALUES ('rebuild')")
  const run = (statements: readonly string[] = [], hasIndex = true) => {
    statements.forEach(db.exec)
    if (hasIndex) db.exec("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    return statements.filter((statement) => statement.includes("VALUES ('rebuild')")).length
  }
  const counts = { up: run(migration?.upgrade), down: run(migration?.downgrade, from.virtualTables !== undefined) }
  db.close()
  return counts
}

describe('a search index is rebuilt, up and down', () => {
  const strictNotes: TableDeclaration = { ...notes(), strict: true }
  const moved = table('notes', { id, body: text(), title: text() })
  const all = 'CREATE VIEW everything AS SELECT * FROM notes'
  it.each<[string, SchemaDeclaration, SchemaDeclaration]>([
    ['its table is rebuilt', overTable(notes()), overTable(strictNotes)],
    ['its columns change', overTable(notes()), overTable(notes(), 'title, body')],
    [
      'its content moves to a view',
      overTable(notes(), 'title'),
      { ...overView(notes(), readable('title')), virtualTables: index('readable', 'text') },
    ],
    ['the text of its view changes', overView(notes(), readable('title')), overView(notes(), readable('body'))],
    ['the table of its view is rebuilt', overView(notes(), readable('title')), overView(moved, readable('title'))],
    [
      'a column is added to the table of its view',
      overView(notes(), readable('title')),
      overView(notes({ more: text() }), readable('title')),
    ],
    [
      'the table of a view that its view reads is rebuilt',
      overView(notes(), all, readable('title', 'everything')),
      overView(strictNotes, all, readable('title', 'everything')),
    ],
  ])('when %s', (_title, from, to) => {
    expect(rebuilds(from, to)).toEqual({ up: 1, down: 1 })
  })

  it('when the index and its view are new', () => {
    expect(rebuilds({ tables: [notes()] }, overView(notes(), readable('title')))).toEqual({ up: 1, down: 0 })
  })

  it('but not when ALTER TABLE adds a column that it does not index, or when another table changes', () => {
    expect(rebuilds(overTable(notes()), overTable(notes({ more: text() })))).toEqual({ up: 0, down: 0 })
    const other = overTable(notes())
    expect(rebuilds(other, { ...other, tables: [...other.tables, table('other', { id })] })).toEqual({ up: 0, down: 0 })
  })
})
