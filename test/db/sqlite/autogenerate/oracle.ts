/** Checks a generated migration independently of the generator: runs it on real rows with foreign keys checked. */
import { expect } from 'vitest'
import { autogenerate } from '../../../../src/db/sqlite/autogenerate/autogenerate.ts'
import { compareSchemas } from '../../../../src/db/sqlite/autogenerate/compare.ts'
import { readSchema } from '../../../../src/db/sqlite/autogenerate/read-schema.ts'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import type { Connection } from '../../../../src/db/sqlite/connection.ts'
import type { GeneratedMigration, Rename } from '../../../../src/migrate/new-file.ts'
import type { SchemaDeclaration } from '../../../../src/models/declare.ts'
import { openMemory } from './memory.ts'

type Row = Record<string, unknown>
const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
const run = (db: Connection, statements: readonly string[]) => statements.forEach(db.exec)
const tableNames = (db: Connection) =>
  db
    .all<{ name: string }>("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'")
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('child_of_'))
    .sort()

interface Case {
  readonly from: readonly string[]
  readonly to: SchemaDeclaration
  readonly renames?: readonly Rename[]
  /** SQL that runs after the rows were inserted. */
  readonly also?: string
}

/** Generates a migration, runs it up and down on a filled database, and checks that all rows are kept and both schemas are reached. */
export function prove({ from, to, renames = [], also = '' }: Case): GeneratedMigration | undefined {
  const migration = autogenerate({ openMemory, replay: (db) => run(db, from), declared: to, renames })
  const goal = renderSchema(to)
  const start = created(from)
  const end = created(goal)
  if (!migration) expect(facts(start)).toEqual(facts(end))
  else {
    const db = created(from)
    fill(db)
    db.exec(also)
    const children = addChildren(db, end, renames)
    const forward = newNames(renames)
    const before = contents(db)
    migrate(db, migration.upgrade, start, children, forward)
    expectKept(before, contents(db), forward)
    expectSchema(db, end, children)
    const middle = contents(db)
    const back = newNames(reversed(renames))
    migrate(db, migration.downgrade, end, children, back)
    expectKept(middle, contents(db), back)
    expectSchema(db, start, children)
    expect(autogenerate({ openMemory, replay: (fresh) => run(fresh, [...from, ...migration.upgrade]), declared: to })).toBeUndefined()
    db.close()
  }
  start.close()
  end.close()
  return migration
}

const isSame = (a: string | undefined, b: string | undefined) => a?.toLowerCase() === b?.toLowerCase()
const newTable = (renames: readonly Rename[], name: string) =>
  renames.find(({ table, from }) => table === undefined && isSame(from, name))?.to ?? name

/** Returns the new name of a table, or of one of its columns. A column's rename may give the old or the new name of its table. */
type NewNames = (table: string, column?: string) => string

const newNames =
  (renames: readonly Rename[]): NewNames =>
  (owner, column) => {
    const later = newTable(renames, owner)
    if (column === undefined) return later
    const isOwner = (table: string | undefined) => table !== undefined && (isSame(table, owner) || isSame(table, later))
    return renames.find(({ table, from }) => isOwner(table) && isSame(from, column))?.to ?? column
  }

const reversed = (renames: readonly Rename[]): Rename[] => renames.map(({ from, to, ...of }) => ({ ...of, from: to, to: from }))

function created(statements: readonly string[]): Connection {
  const db = openMemory()
  db.exec('PRAGMA foreign_keys = OFF')
  run(db, statements)
  return db
}

/** Runs the statements as the migrator would. Checks foreign keys only to parents that existed before, because a new parent is empty. */
function migrate(
  db: Connection,
  statements: readonly string[],
  previous: Connection,
  children: readonly string[],
  forward: NewNames,
): void {
  db.exec('PRAGMA foreign_keys = OFF')
  db.exec('BEGIN IMMEDIATE')
  run(db, statements)
  const known = new Set([...tableNames(previous), ...children].map((name) => forward(name).toLowerCase()))
  const dangling = db.all<{ parent: string }>('PRAGMA foreign_key_check').filter(({ parent }) => known.has(parent.toLowerCase()))
  expect(dangling).toEqual([])
  db.exec('COMMIT')
  db.exec('PRAGMA foreign_keys = ON')
  expect(db.all('PRAGMA legacy_alter_table')).toEqual([{ legacy_alter_table: 0 }])
  expect(db.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  for (const { name } of db.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE sql LIKE '%USING fts5(%content=%'"))
    db.exec(`INSERT INTO ${quote(name)} (${quote(name)}, rank) VALUES ('integrity-check', 1)`)
}

function fill(db: Connection): void {
  for (const table of tableNames(db)) {
    const columns = db.all<{ name: string; type: string; hidden: number }>('SELECT * FROM pragma_table_xinfo(?) WHERE hidden = 0', table)
    for (const row of [1, 2, 3]) {
      const values = columns.map(({ type }) => (/BLOB/i.test(type) ? `CAST('${row}' AS BLOB)` : `'${row}'`))
      db.exec(`INSERT INTO ${quote(table)} (${columns.map(({ name }) => quote(name))}) VALUES (${values})`)
    }
  }
  if (db.all("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").length) db.exec('UPDATE sqlite_sequence SET seq = 77')
}

/** For each table whose primary key does not change, adds a child table that cascades from it. */
function addChildren(db: Connection, end: Connection, renames: readonly Rename[]): string[] {
  const key = (of: Connection, table: string) =>
    of.all<{ name: string }>('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk', table).map(({ name }) => name)
  const renamed = newNames(renames)
  const parents = tableNames(db).filter((table) => {
    const own = key(db, table)
    return own.length > 0 && isSame(own.map((name) => renamed(table, name)).join(), key(end, renamed(table)).join())
  })
  return parents.map((table) => {
    const columns = key(db, table).map(quote).join(', ')
    const child = quote(`child_of_${table}`)
    db.exec(`CREATE TABLE ${child} (${columns}, FOREIGN KEY (${columns}) REFERENCES ${quote(table)} (${columns}) ON DELETE CASCADE)`)
    db.exec(`INSERT INTO ${child} SELECT ${columns} FROM ${quote(table)}`)
    return table
  })
}

type Contents = Map<string, Row[]>

function contents(db: Connection): Contents {
  const children = db.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE name LIKE 'child_of_%' AND type = 'table'")
  const names = [...tableNames(db), ...children.map(({ name }) => name)]
  const sequence = db.all("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").length ? ['sqlite_sequence'] : []
  return new Map([...names, ...sequence].map((name) => [name, db.all<Row>(`SELECT * FROM ${quote(name)}`)]))
}

const plain = (value: unknown) => (value === null ? null : Number(value instanceof Uint8Array ? Buffer.from(value).toString() : value))

/** Expects every row with its values in each column that exists before and after, and an unchanged AUTOINCREMENT sequence. */
function expectKept(before: Contents, after: Contents, forward: NewNames): void {
  const find = (contents: Contents, name: string) => [...contents].find(([table]) => isSame(table, name))?.[1]
  for (const [table, rows] of before) {
    const successors = find(after, forward(table))?.map(withFoldedNames)
    if (!successors) continue
    if (table === 'sqlite_sequence') {
      for (const { name, seq } of rows) {
        const later = forward(String(name))
        const now = successors.find((row) => isSame(String(row.name), later))
        if (now && find(after, later) && find(before, String(name))) expect(now.seq).toBe(seq)
      }
      continue
    }
    expect(successors.length, table).toBe(rows.length)
    const newName = (column: string) => forward(table, column).toLowerCase()
    const columns = Object.keys(rows[0] ?? {}).filter((column) => newName(column) in (successors[0] ?? {}) && !/^g(en)?$/.test(column))
    const values = (list: Row[], name: (column: string) => string) =>
      list.map((row) => JSON.stringify(columns.map((column) => plain(row[name(column)])))).sort()
    expect(values(successors, newName), table).toEqual(values(rows, (column) => column))
  }
}

const withFoldedNames = (row: Row): Row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]))

/** Expects the same schema according to the migrator's own comparison and according to SQLite's PRAGMAs. */
function expectSchema(db: Connection, expected: Connection, children: readonly string[]): void {
  const schema = readSchema(db)
  const tables = schema.tables.filter(({ name }) => !name.startsWith('child_of_'))
  expect(compareSchemas({ ...schema, tables }, readSchema(expected))).toEqual([])
  expect(facts(db)).toEqual(facts(expected))
  for (const table of children) expect(db.all(`SELECT 1 FROM ${quote(`child_of_${table}`)}`)).toHaveLength(3)
}

function facts(db: Connection): unknown {
  const names = db.all<Row>("SELECT type, name FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'child_of_%' ORDER BY type, name")
  const tables = tableNames(db).map((table) => ({
    table,
    options: db.all('SELECT wr, strict FROM pragma_table_list WHERE name = ?', table),
    columns: db.all<Row>('SELECT * FROM pragma_table_xinfo(?)', table).map((row) => ({ ...row, type: String(row.type).toUpperCase() })),
    indexes: sorted(
      db.all<Row>('SELECT * FROM pragma_index_list(?)', table).map(({ name, unique, origin, partial }) => ({
        name: origin === 'c' ? name : '',
        ...{ unique, origin, partial },
        terms: db.all('SELECT name, desc, lower(coll) FROM pragma_index_xinfo(?) WHERE key = 1', name),
      })),
    ),
    // SQLite keeps the case in which a foreign key was written.
    keys: sorted(
      db.all<Row>('SELECT seq, lower("table"), lower("from"), lower("to"), on_update, on_delete FROM pragma_foreign_key_list(?)', table),
    ),
  }))
  return { names: names.filter(({ name }) => !String(name).startsWith('sqlite_')), tables }
}

const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort()
