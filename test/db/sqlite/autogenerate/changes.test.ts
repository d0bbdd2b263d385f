import { expect, it } from 'vitest'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import { blob, type Column, integer, real, type SchemaDeclaration, type TableOptions, table, text } from '../../../../src/models/declare.ts'
import { prove } from './oracle.ts'

type Columns = Parameters<typeof table>[1]
const id = integer().primaryKey()
const notes = (columns: Columns, options: TableOptions = {}): SchemaDeclaration => ({ tables: [table('notes', columns, options)] })
const strict = (columns: Columns, options: TableOptions = {}) => notes(columns, { strict: true, ...options })
const indexed = (...indexes: NonNullable<TableOptions['indexes']>) => notes({ id, a: text(), b: text() }, { indexes })
const users = table('users', { id, name: text() })
const child = (actions: object, key: Column<number, boolean> = integer()) => ({
  tables: [users, table('posts', { id, user: key.references('users', 'id', actions) })],
})
const uncheckedChild: SchemaDeclaration = { tables: [users, table('posts', { id, user: integer() })] }
const numbered = integer().primaryKey({ autoincrement: true })
const pair = { a: integer().notNull(), b: integer().notNull() }
const withView = (sql: string) => ({ ...notes({ id, a: text() }), views: [{ name: 'v', sql }] })
const trigger = (body: string, event = 'INSERT') => [{ name: 'tr', sql: `CREATE TRIGGER tr AFTER ${event} ON notes BEGIN ${body}; END` }]
const search = (args: string, columns: Columns = { id, a: text() }) => ({
  ...notes(columns),
  virtualTables: [{ name: 'search', sql: `CREATE VIRTUAL TABLE search USING fts5(${args})` }],
  triggers: trigger('INSERT INTO search (rowid, a) VALUES (new.id, new.a)'),
})
const external = "a, content='notes', content_rowid='id'"

type Way = 'alter' | 'rebuild'
type Change = readonly [title: string, from: SchemaDeclaration, to: SchemaDeclaration, detected: readonly string[], way?: Way]

// biome-ignore format: one change, one line
const changes: readonly Change[] = [
  ['table', notes({ id }), { tables: [...notes({ id }).tables, users] }, ["added table 'users'"], 'alter'],
  ['table with a foreign key to a new table', notes({ id }), { tables: [...child({}).tables, ...notes({ id }).tables] }, ["added table 'users'", "added table 'posts'"]],
  ['last table removed', notes({ id }), { tables: [] }, ["removed table 'notes'"]],
  ['table replaced by a view of the same name', { tables: [users, ...notes({ id }).tables] }, { tables: [users], views: [{ name: 'notes', sql: 'CREATE VIEW notes AS SELECT id FROM users' }] }, ["removed table 'notes'", "added view 'notes'"]],
  ['column', notes({ id }), notes({ id, a: text() }), ["added column 'notes.a'"], 'alter'],
  ['column that is NOT NULL with a default', strict({ id }), strict({ id, a: text().notNull().default("'1'") }), ["added column 'notes.a'"], 'alter'],
  ['column with a computed default', notes({ id }), notes({ id, a: integer().default('unixepoch()') }), ["added column 'notes.a'"], 'rebuild'],
  ['column with the time as default', notes({ id }), notes({ id, a: text().default('CURRENT_TIMESTAMP') }), ["added column 'notes.a'"], 'rebuild'],
  ['column with a CHECK', notes({ id }), notes({ id, a: integer().check('a > 0') }), ["added column 'notes.a'"], 'alter'],
  ['column with COLLATE', notes({ id }), notes({ id, a: text().collate('NOCASE') }), ["added column 'notes.a'"], 'alter'],
  ['column with a foreign key', { tables: [users, table('posts', { id })] }, child({ onDelete: 'CASCADE' }), ["added column 'posts.user'"], 'alter'],
  ['column that is unique', notes({ id }), notes({ id, a: text().unique() }), ["added column 'notes.a'"], 'rebuild'],
  ['column in the middle', notes({ id, b: text() }), notes({ id, a: text(), b: text() }), ["added column 'notes.a'", "changed order of columns on 'notes'"], 'rebuild'],
  ['column before a table constraint', notes({ id, a: text() }, { checks: ['a > 0'] }), notes({ id, a: text(), b: text() }, { checks: ['a > 0'] }), ["added column 'notes.b'"], 'alter'],
  ['two columns replaced by two others', notes({ id, a: text(), b: text() }), notes({ id, c: real(), d: real() }), ["added column 'notes.c'", "added column 'notes.d'", "removed column 'notes.a'", "removed column 'notes.b'"], 'alter'],
  ['all columns replaced', notes({ a: text() }), notes({ b: text() }), ["added column 'notes.b'", "removed column 'notes.a'"], 'alter'],
  ['all columns replaced, in a rebuild', notes({ a: text() }), notes({ b: text().unique() }), ["added column 'notes.b'", "removed column 'notes.a'"], 'rebuild'],
  ['column removed', notes({ id, a: text() }), notes({ id }), ["removed column 'notes.a'"], 'alter'],
  ['NOT NULL column removed', strict({ id, a: text().notNull(), b: blob().notNull(), c: real().notNull() }), strict({ id }), ["removed column 'notes.a'", "removed column 'notes.b'", "removed column 'notes.c'"], 'alter'],
  ['NOT NULL unique column removed', strict({ id, a: text().notNull().unique() }), strict({ id }), ["removed column 'notes.a'"], 'rebuild'],
  ['NOT NULL column with a unique index removed', notes({ id, a: text().notNull() }, { indexes: [{ name: 'i', on: ['lower(a)'], unique: true }] }), notes({ id }), ["removed column 'notes.a'", "removed index 'i' on 'notes'"]],
  ['NOT NULL column with a CHECK removed', notes({ id, a: text().notNull().check("a IN ('1', '2', '3')") }), notes({ id }), ["removed column 'notes.a'"]],
  ['NOT NULL column with a length CHECK removed', strict({ id, a: text().notNull().check('length(a) BETWEEN 1 AND 9') }), strict({ id }), ["removed column 'notes.a'"]],
  ['foreign key column removed', child({ onDelete: 'CASCADE' }, integer().notNull()), { tables: [users, table('posts', { id })] }, ["removed column 'posts.user'"], 'alter'],
  ['type', strict({ id, a: text() }), strict({ id, a: integer() }), ["changed type on 'notes.a'"], 'rebuild'],
  ['type INTEGER to REAL', strict({ id, a: integer() }), strict({ id, a: real() }), ["changed type on 'notes.a'"], 'rebuild'],
  ['type TEXT to BLOB', strict({ id, a: text() }), strict({ id, a: blob() }), ["changed type on 'notes.a'"], 'rebuild'],
  ['type without STRICT', notes({ id, a: text() }), notes({ id, a: blob() }), ["changed type on 'notes.a'"], 'rebuild'],
  ['NULL allowed', notes({ id, a: text().notNull() }), notes({ id, a: text() }), ["changed nullability on 'notes.a'"], 'rebuild'],
  ['NULL forbidden', notes({ id, a: text() }), notes({ id, a: text().notNull() }), ["changed nullability on 'notes.a'"], 'rebuild'],
  ['default added', notes({ id, a: text() }), notes({ id, a: text().default("'x'") }), ["changed default on 'notes.a'"], 'rebuild'],
  ['default changed', notes({ id, a: integer().default('1') }), notes({ id, a: integer().default('-1') }), ["changed default on 'notes.a'"], 'rebuild'],
  ['default expression changed', notes({ id, a: integer().default('(1 + 1)') }), notes({ id, a: integer().default('(1) + (2)') }), ["changed default on 'notes.a'"], 'rebuild'],
  ['default NULL', notes({ id, a: text() }), notes({ id, a: text().default('NULL') }), ["changed default on 'notes.a'"], 'rebuild'],
  ['primary key to two columns', notes(pair, { primaryKey: ['a'] }), notes(pair, { primaryKey: ['a', 'b'] }), ["changed primary key on 'notes'"], 'rebuild'],
  ['primary key in another order', notes(pair, { primaryKey: ['a', 'b'] }), notes(pair, { primaryKey: ['b', 'a'] }), ["changed primary key on 'notes'"], 'rebuild'],
  ['primary key added', notes({ a: integer() }), notes({ id, a: integer() }), ["added column 'notes.id'", "changed order of columns on 'notes'", "added primary key on 'notes'"], 'rebuild'],
  ['rowid alias to an ordinary key', notes({ id }), notes({ id: text().primaryKey() }), ["changed type on 'notes.id'", "changed primary key on 'notes'"], 'rebuild'],
  ['UNIQUE', notes({ id, a: text() }), notes({ id, a: text().unique() }), ["added UNIQUE on 'notes.a'"], 'rebuild'],
  ['UNIQUE over two columns', notes({ id, a: text(), b: text() }), notes({ id, a: text(), b: text() }, { unique: [['a', 'b']] }), ["added UNIQUE on 'notes (a, b)'"], 'rebuild'],
  ['UNIQUE to another column', notes({ id, a: text().unique(), b: text() }), notes({ id, a: text(), b: text().unique() }), ["added UNIQUE on 'notes.b'", "removed UNIQUE on 'notes.a'"], 'rebuild'],
  ['index', indexed(), indexed({ name: 'i', on: ['a'] }), ["added index 'i' on 'notes'"], 'alter'],
  ['index columns', indexed({ name: 'i', on: ['a'] }), indexed({ name: 'i', on: ['a', 'b'] }), ["changed index 'i' on 'notes'"], 'alter'],
  ['index column order', indexed({ name: 'i', on: ['a', 'b'] }), indexed({ name: 'i', on: ['b', 'a'] }), ["changed index 'i' on 'notes'"], 'alter'],
  ['index direction', indexed({ name: 'i', on: ['a'] }), indexed({ name: 'i', on: ['a DESC'] }), ["changed index 'i' on 'notes'"], 'alter'],
  ['index collation', indexed({ name: 'i', on: ['a'] }), indexed({ name: 'i', on: ['a COLLATE NOCASE'] }), ["changed index 'i' on 'notes'"], 'alter'],
  ['index WHERE', indexed({ name: 'i', on: ['a'], where: 'b > 0' }), indexed({ name: 'i', on: ['a'], where: 'b > 1' }), ["changed index 'i' on 'notes'"], 'alter'],
  ['index expression', indexed({ name: 'i', on: ['lower(a)'] }), indexed({ name: 'i', on: ['upper(a)'] }), ["changed index 'i' on 'notes'"], 'alter'],
  ['index expression direction', indexed({ name: 'i', on: ['lower(a)', 'b'] }), indexed({ name: 'i', on: ['lower(a) DESC', 'b'] }), ["changed index 'i' on 'notes'"], 'alter'],
  ['index made unique', indexed({ name: 'i', on: ['a'] }), indexed({ name: 'i', on: ['a'], unique: true }), ["changed index 'i' on 'notes'"], 'alter'],
  ['index renamed', indexed({ name: 'i', on: ['a'] }), indexed({ name: 'j', on: ['a'] }), ["added index 'j' on 'notes'", "removed index 'i' on 'notes'"], 'alter'],
  ['index name moved to another table', { tables: [table('notes', { id, a: text() }, { indexes: [{ name: 'i', on: ['a'] }] }), users] }, { tables: [table('notes', { id, a: text() }), table('users', { id, name: text() }, { indexes: [{ name: 'i', on: ['name'] }] })] }, ["removed index 'i' on 'notes'", "added index 'i' on 'users'"], 'alter'],
  ['index name moved from a removed table to a new one', { tables: [table('notes', { id, a: text() }, { indexes: [{ name: 'i', on: ['a'] }] })] }, { tables: [table('users', { id, name: text() }, { indexes: [{ name: 'i', on: ['name'] }] })] }, ["added table 'users'", "added index 'i' on 'users'", "removed table 'notes'"]],
  ['index on a new column', notes({ id }), notes({ id, a: text() }, { indexes: [{ name: 'i', on: ['a'] }] }), ["added column 'notes.a'", "added index 'i' on 'notes'"], 'alter'],
  ['index kept through a rebuild', notes({ id, a: text() }, { indexes: [{ name: 'i', on: ['a'] }] }), notes({ id, a: text().notNull() }, { indexes: [{ name: 'i', on: ['a'] }] }), ["changed nullability on 'notes.a'"], 'rebuild'],
  ['foreign key', uncheckedChild, child({}), ["added foreign key on 'posts.user'"], 'rebuild'],
  ['ON DELETE', child({}), child({ onDelete: 'CASCADE' }), ["changed foreign key on 'posts.user'"], 'rebuild'],
  ['ON UPDATE', child({ onUpdate: 'SET NULL' }), child({ onUpdate: 'RESTRICT' }), ["changed foreign key on 'posts.user'"], 'rebuild'],
  ['DEFERRABLE', child({}), child({ deferred: true }), ["changed foreign key on 'posts.user'"], 'rebuild'],
  ['foreign key over two columns', { tables: [table('notes', pair, { primaryKey: ['a', 'b'] }), table('posts', { id, ...pair })] }, { tables: [table('notes', pair, { primaryKey: ['a', 'b'] }), table('posts', { id, ...pair }, { foreignKeys: [{ columns: ['a', 'b'], table: 'notes', references: ['a', 'b'], onDelete: 'CASCADE' }] })] }, ["added foreign key on 'posts (a, b)'"], 'rebuild'],
  ['parent rebuilt under a cascading child', child({ onDelete: 'CASCADE' }), { tables: [table('users', { id, name: text().check('name > 0') }), ...child({ onDelete: 'CASCADE' }).tables.slice(1)] }, ["added CHECK on 'users.name'"], 'rebuild'],
  ['table that refers to itself', notes({ id, a: integer().references('notes', 'id') }), notes({ id, a: integer().references('notes', 'id', { onDelete: 'CASCADE' }) }), ["changed foreign key on 'notes.a'"], 'rebuild'],
  ['CHECK added', notes({ id, a: integer() }), notes({ id, a: integer().check('a > 0') }), ["added CHECK on 'notes.a'"], 'rebuild'],
  ['CHECK changed', notes({ id, a: text().check('length(a) < 64') }), notes({ id, a: text().check('length(a) < 65') }), ["changed CHECK on 'notes.a'"], 'rebuild'],
  ['CHECK with another string', notes({ id, a: text().check("a <> 'x'") }), notes({ id, a: text().check("a <> 'X'") }), ["changed CHECK on 'notes.a'"], 'rebuild'],
  ['CHECK of the table', notes({ id, a: integer() }, { checks: ['a > 0'] }), notes({ id, a: integer() }, { checks: ['a >= id'] }), ["changed CHECK on 'notes'"], 'rebuild'],
  ['CHECK removed', notes({ id, a: integer() }, { checks: ['a > 0'] }), notes({ id, a: integer() }), ["removed CHECK on 'notes'"], 'rebuild'],
  ['COLLATE', notes({ id, a: text() }), notes({ id, a: text().collate('NOCASE') }), ["changed COLLATE on 'notes.a'"], 'rebuild'],
  ['COLLATE of an indexed column', notes({ id, a: text() }, { indexes: [{ name: 'i', on: ['a'] }] }), notes({ id, a: text().collate('RTRIM') }, { indexes: [{ name: 'i', on: ['a'] }] }), ["changed COLLATE on 'notes.a'"], 'rebuild'],
  ['generated column', notes({ id, a: integer() }), notes({ id, a: integer(), g: integer().generatedAs('a + 1') }), ["added column 'notes.g'"], 'alter'],
  ['stored generated column', notes({ id, a: integer() }), notes({ id, a: integer(), g: integer().generatedAs('a + 1', { stored: true }) }), ["added column 'notes.g'"], 'rebuild'],
  ['generated expression', notes({ id, a: integer(), g: integer().generatedAs('a + 1') }), notes({ id, a: integer(), g: integer().generatedAs('a + 2') }), ["changed generated expression on 'notes.g'"], 'rebuild'],
  ['generated stored instead of virtual', notes({ id, a: integer(), g: integer().generatedAs('a') }), notes({ id, a: integer(), g: integer().generatedAs('a', { stored: true }) }), ["changed generated expression on 'notes.g'"], 'rebuild'],
  ['generated column made ordinary', notes({ id, a: integer(), g: integer().generatedAs('a') }), notes({ id, a: integer(), g: integer() }), ["changed generated expression on 'notes.g'"], 'rebuild'],
  ['WITHOUT ROWID', notes(pair, { primaryKey: ['a', 'b'] }), notes(pair, { primaryKey: ['a', 'b'], withoutRowid: true }), ["added WITHOUT ROWID on 'notes'"], 'rebuild'],
  ['STRICT', notes({ id, a: text(), b: blob() }), strict({ id, a: text(), b: blob() }), ["added STRICT on 'notes'"], 'rebuild'],
  ['AUTOINCREMENT', notes({ id }), notes({ id: numbered }), ["added AUTOINCREMENT on 'notes'"], 'rebuild'],
  ['AUTOINCREMENT kept through a rebuild', notes({ id: numbered, a: text() }), notes({ id: numbered, a: text().notNull() }), ["changed nullability on 'notes.a'"], 'rebuild'],
  ['order of columns', notes({ id, a: text(), b: text() }), notes({ b: text(), id, a: text() }), ["changed order of columns on 'notes'"], 'rebuild'],
  ['trigger', notes({ id, a: text() }), { ...notes({ id, a: text() }), triggers: trigger('SELECT 1') }, ["added trigger 'tr' on 'notes'"], 'alter'],
  ['trigger body', { ...notes({ id }), triggers: trigger('SELECT 1') }, { ...notes({ id }), triggers: trigger('SELECT 2; SELECT 3') }, ["changed trigger 'tr' on 'notes'"], 'alter'],
  ['trigger kept through a rebuild', { ...notes({ id, a: text() }), triggers: trigger('SELECT 1') }, { ...strict({ id, a: text() }), triggers: trigger('SELECT 1') }, ["added STRICT on 'notes'"], 'rebuild'],
  ['DELETE trigger that must not run in a rebuild', { ...notes({ id, a: text() }), triggers: trigger("SELECT raise(ABORT, 'no')", 'DELETE') }, { ...strict({ id, a: text() }), triggers: trigger("SELECT raise(ABORT, 'no')", 'DELETE') }, ["added STRICT on 'notes'"], 'rebuild'],
  ['trigger removed with its table', { tables: [users, ...notes({ id }).tables], triggers: trigger('SELECT 1') }, { tables: [users] }, ["removed table 'notes'", "removed trigger 'tr' on 'notes'"]],
  ['view', notes({ id, a: text() }), withView('CREATE VIEW v AS SELECT a FROM notes'), ["added view 'v'"], 'alter'],
  ['view changed', withView('CREATE VIEW v AS SELECT a FROM notes'), withView('CREATE VIEW v AS SELECT id FROM notes'), ["changed view 'v'"], 'alter'],
  ['view kept through a rebuild', withView('CREATE VIEW v AS SELECT a FROM notes'), { ...withView('CREATE VIEW v AS SELECT a FROM notes'), ...strict({ id, a: text() }) }, ["added STRICT on 'notes'"], 'rebuild'],
  ['view that needs a new column', notes({ id }), { ...notes({ id, a: text() }), views: [{ name: 'v', sql: 'CREATE VIEW v AS SELECT a FROM notes' }] }, ["added column 'notes.a'", "added view 'v'"], 'alter'],
  ['view that needed an old column', withView('CREATE VIEW v AS SELECT a FROM notes'), { ...notes({ id }), views: [{ name: 'v', sql: 'CREATE VIEW v AS SELECT id FROM notes' }] }, ["removed column 'notes.a'", "changed view 'v'"], 'alter'],
  ['INSTEAD OF trigger on a changed view', { ...withView('CREATE VIEW v AS SELECT a FROM notes'), triggers: [{ name: 'tr', sql: 'CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN SELECT 1; END' }] }, { ...withView('CREATE VIEW v AS SELECT a, id FROM notes'), triggers: [{ name: 'tr', sql: 'CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN SELECT 1; END' }] }, ["changed view 'v'"], 'alter'],
  ['full-text index with its trigger', notes({ id, a: text() }), search(external), ["added virtual table 'search'", "added trigger 'tr' on 'notes'"], 'alter'],
  ['full-text index changed', search(external), search(`${external}, tokenize='porter'`), ["changed virtual table 'search'"], 'alter'],
  ['full-text index kept through a rebuild of its table', search(external), search(external, { id, a: text().check('a > 0') }), ["added CHECK on 'notes.a'"], 'rebuild'],
]

for (const [title, from, to, detected, way] of changes) {
  it(`${title}: upgrade and downgrade`, () => {
    const migration = prove({ from: renderSchema(from), to })
    expect(migration?.changes).toEqual(detected.map((change) => `Detected ${change}`))
    if (way) expect(migration?.upgrade.some((statement) => statement.startsWith('PRAGMA legacy_alter_table'))).toBe(way === 'rebuild')
  })

  it(`${title}: the reverse change`, () => {
    expect(prove({ from: renderSchema(to), to: reversible(from, to) })).toBeDefined()
  })
}

/** `from` as the declared schema of the reverse change. A NOT NULL column without a default becomes nullable where that change adds it. */
function reversible(from: SchemaDeclaration, to: SchemaDeclaration): SchemaDeclaration {
  const known = new Map(to.tables.map(({ name, columns }) => [name, columns]))
  const tables = from.tables.map((declared) => {
    const columns = Object.entries(declared.columns).map(([name, column]) => {
      const isNew = known.has(declared.name) && !(name in (known.get(declared.name) ?? {}))
      return [name, isNew && column.notNull && column.default === undefined ? { ...column, notNull: false } : column]
    })
    return { ...declared, columns: Object.fromEntries(columns) }
  })
  return { ...from, tables }
}
