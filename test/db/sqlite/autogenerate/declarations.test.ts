import { describe, expect, it } from 'vitest'
import { autogenerate } from '../../../../src/db/sqlite/autogenerate/autogenerate.ts'
import { generateMigration } from '../../../../src/db/sqlite/autogenerate/generate.ts'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import { RefusedError } from '../../../../src/errors.ts'
import { blob, integer, type SchemaDeclaration, table, text } from '../../../../src/models/declare.ts'
import { openMemory } from './memory.ts'

const id = integer().primaryKey()
const boats = (columns: Parameters<typeof table>[1] = {}, options: Parameters<typeof table>[2] = {}) =>
  table('boats', { id, name: text(), ...columns }, options)
const only = (...tables: SchemaDeclaration['tables']): SchemaDeclaration => ({ tables })
const generate = (declared: SchemaDeclaration, sql = 'SELECT 1') =>
  autogenerate({ openMemory, replay: (connection) => connection.exec(sql), declared })

const trigger = (on: string, body: string) => [{ name: 'added', sql: `CREATE TRIGGER added ${on} BEGIN ${body}; END` }]
const names = [{ name: 'names', sql: 'CREATE VIEW names AS SELECT name FROM boats' }]
const pair = table('pairs', { a: integer(), b: integer() }, { primaryKey: ['a', 'b'] })
const refersTo = (parent: string, column: string) => table('crews', { id, to: integer().references(parent, column) })

describe('a declaration is refused', () => {
  // biome-ignore format: one declaration, one line
  const refused: readonly [title: string, declared: SchemaDeclaration, says: string][] = [
    ['a reference to a table that is not declared', only(refersTo('harbours', 'id')), "'crews.to' refers to 'harbours', which is not a declared table"],
    ['a reference to a view', { ...only(boats(), refersTo('names', 'name')), views: names }, "'crews.to' refers to 'names', which is not a declared table"],
    ['a reference to a column that is not declared', only(boats(), refersTo('boats', 'key')), "'crews.to' refers to 'boats.key', which is not declared"],
    ['a reference to one column of a key', only(pair, refersTo('pairs', 'a')), "'crews.to' refers to 'pairs.a', which must be the PRIMARY KEY or UNIQUE"],
    ['a reference to an index with WHERE', only(boats({}, { indexes: [{ name: 'i', on: ['name'], unique: true, where: 'id > 0' }] }), refersTo('boats', 'name')), "which must be the PRIMARY KEY or UNIQUE"],
    ['a trigger with too few values', { ...only(boats()), triggers: trigger('AFTER DELETE ON boats', 'INSERT INTO boats VALUES (1)') }, "trigger 'added': DELETE FROM boats fails: table boats has 2 columns but 1 values were supplied"],
    ['a trigger whose WHEN calls an unknown function', { ...only(boats()), triggers: trigger('AFTER UPDATE OF name ON boats WHEN len(new.name) > 1', 'SELECT 1') }, "trigger 'added': UPDATE boats fails: no such function: len"],
    ['a trigger on a view', { ...only(boats()), views: names, triggers: trigger('INSTEAD OF INSERT ON names', 'INSERT INTO log VALUES (1)') }, "trigger 'added': INSERT INTO names fails: no such table: main.log"],
    ['a view that calls an unknown function', { ...only(boats()), views: [{ name: 'n', sql: 'CREATE VIEW n AS SELECT len(name) FROM boats' }] }, 'SELECT * FROM n fails: no such function: len'],
    ['a default that calls an unknown function', only(boats({ at: text().default('now()') })), 'INSERT INTO boats fails: unknown function: now()'],
    ['a default of another type', only(boats({ sail: blob().default("'white'") }, { strict: true })), "the default 'white' of 'boats.sail' cannot be stored: cannot store TEXT value in BLOB column boats.sail"],
    ["a default that the column's CHECK refuses", only(boats({ s: text().notNull().default("'draft'").check("boats.s IN ('live', 'dead')") })), "the default 'draft' of 'boats.s' cannot be stored: CHECK constraint failed"],
    ["a default that the table's CHECK refuses", only(boats({ masts: integer().default('0') }, { checks: ['id > 0', 'masts > 0'] })), "the default 0 of 'boats.masts' cannot be stored: CHECK constraint failed: masts > 0"],
    ['a computed default that a CHECK refuses', only(boats({ at: text().default("date('now')").check('at > 5000') })), "of 'boats.at' cannot be stored"],
    ['NULL as the default of NOT NULL', only(boats({ s: text().notNull().default('NULL') })), "the default NULL of 'boats.s' cannot be stored: NOT NULL constraint failed: boats.s"],
    ['a search index of a missing column', { ...only(boats()), virtualTables: [{ name: 'w', sql: "CREATE VIRTUAL TABLE w USING fts5(title, content='boats')" }] }, "SELECT * FROM w fails: no such column: T.title"],
    ['a search index of a missing table', { tables: [], virtualTables: [{ name: 'w', sql: "CREATE VIRTUAL TABLE w USING fts5(title, content='boats')" }] }, "SELECT * FROM w fails: no such table: main.boats"],
    ['an FTS4 table', { ...only(boats()), virtualTables: [{ name: 'w', sql: 'create virtual table w using FTS4(name)' }] }, "'w' is a table of fts4, which is out of date: use fts5"],
  ]
  it.each(refused)('for %s', (_title, declared, says) => {
    const attempt = () => generate(declared)
    expect(attempt).toThrow(RefusedError)
    expect(attempt).toThrow(/^the declared schema is not valid: /)
    expect(attempt).toThrow(says)
  })

  it.each<[string, SchemaDeclaration]>([
    [
      'a default and a CHECK of two columns',
      only(boats({ a: integer().default('0'), b: integer().default('0') }, { checks: ['a + b > 0'] })),
    ],
    ['a default that is a bare word', only(boats({ s: text().default('draft').check("s = 'draft'") }))],
    [
      'a reference to a unique index, in another order',
      only(
        boats({ a: integer(), b: integer() }, { indexes: [{ name: 'i', on: ['b', 'a'], unique: true }] }),
        table('crews', { a: integer(), b: integer() }, { foreignKeys: [{ columns: ['a', 'b'], table: 'boats', references: ['a', 'b'] }] }),
      ),
    ],
    ['a view without triggers', { ...only(boats()), views: names }],
  ])('not for %s', (_title, declared) => {
    expect(generate(declared)).toBeDefined()
  })
})

describe('new columns are refused', () => {
  const before = 'CREATE TABLE boats (id INTEGER PRIMARY KEY, name TEXT)'
  it('whose defaults together break a CHECK', () => {
    const two = boats({ a: integer().default('0'), b: integer().default('0') }, { checks: ['a + b > 0'] })
    expect(() => generate(only(two), before)).toThrow(
      "no row can have the default of 'boats.a', 'boats.b', which are new: CHECK constraint failed: a + b > 0",
    )
  })

  it('whose CHECK refuses NULL', () => {
    const attempt = () => generate(only(boats({ sail: text().check('sail IS NOT NULL') })), before)
    expect(attempt).toThrow("no row can have the default of 'boats.sail', which is new: CHECK constraint failed: sail is not null")
  })

  it('unless the CHECK names an old column', () => {
    expect(generate(only(boats({ a: integer().default('0') }, { checks: ['a > 0 OR name IS NOT NULL'] })), before)).toBeDefined()
  })
})

describe('a primary key that is not an INTEGER', () => {
  it('is NOT NULL, and so is each column of a composite key', () => {
    expect(renderSchema(only(table('a', { code: text().primaryKey() }), pair))).toEqual([
      'CREATE TABLE a (\n  code TEXT PRIMARY KEY NOT NULL\n)',
      'CREATE TABLE pairs (\n  a INTEGER NOT NULL,\n  b INTEGER NOT NULL,\n  PRIMARY KEY (a, b)\n)',
    ])
    expect(renderSchema(only(table('a', { id }), table('b', { id: integer() }, { primaryKey: ['id'] })))).toEqual([
      'CREATE TABLE a (\n  id INTEGER PRIMARY KEY\n)',
      'CREATE TABLE b (\n  id INTEGER,\n  PRIMARY KEY (id)\n)',
    ])
  })

  it('is refused as a new column, like any NOT NULL column without a default', () => {
    const attempt = () => generate(only(table('a', { code: text().primaryKey(), n: text() })), 'CREATE TABLE a (n TEXT)')
    expect(attempt).toThrow("'a.code' is new and NOT NULL, and has no default")
  })
})

describe('a name that changes between an index and a table', () => {
  const withIndex = only(boats({}, { indexes: [{ name: 'names', on: ['name'] }] }))
  const withTable = only(boats(), table('names', { id }))

  it.each<[string, SchemaDeclaration, SchemaDeclaration]>([
    ['an index becomes a table', withIndex, withTable],
    ['a table becomes an index', withTable, withIndex],
  ])('is refused: %s', (change, from, to) => {
    expect(() => generate(to, renderSchema(from).join(';'))).toThrow(`'names': ${change} of the same name`)
  })
})

describe('a migration that would not be read from its file as it was generated', () => {
  const write = (declared: SchemaDeclaration) => () => generateMigration({ files: [], declared, renames: [], drops: [], fills: [] })
  const view = (sql: string): SchemaDeclaration => ({ ...only(boats()), views: [{ name: 'v', sql: `CREATE VIEW v AS ${sql}` }] })

  it.each<[string, SchemaDeclaration, string]>([
    ['a comment that looks like a mark', view('\n-- upgrade\nSELECT 1 AS x'), "the file:8: a second '-- upgrade'"],
    ['a mark in a CHECK', only(boats({}, { checks: ['id > 0\n-- downgrade\nAND id < 9'] })), "a second '-- downgrade'"],
    ['CR LF in a text', only(boats({ s: text().default("'a\r\nb'") })), 'a text has the line break CR LF, which is read as LF'],
  ])('is refused: %s', (_what, declared, says) => {
    expect(write(declared)).toThrow(RefusedError)
    expect(write(declared)).toThrow(says)
  })

  it.each<[string, SchemaDeclaration]>([
    ['a mark in a text', only(boats({ s: text().default("'\n-- downgrade\n'") }))],
    ['CR LF between words, and a comment', view("SELECT\r\n'-- upgrade' AS x /*\n-- upgrade\n*/")],
  ])('is written with %s', (_what, declared) => {
    expect(write(declared)).not.toThrow()
  })
})

describe('a fill from another table', () => {
  const crews = table('crews', { id, boat: integer(), name: text() })
  /** The values of crews.ship, after each crew of 'Ada' on boat 'Anna' is filled by `value`. */
  const filled = (value: string, sql: string) => {
    const boat = table('boats', { id })
    const declared = { ...only(boat, table('crews', { id, boat: integer(), name: text(), ship: text().notNull() })) }
    const fills = [{ table: 'crews', column: 'ship', value }]
    const migration = autogenerate({ openMemory, replay: (connection) => connection.exec(sql), declared, fills })
    const connection = openMemory()
    connection.exec(`${sql}; INSERT INTO boats VALUES (1, 'Anna'); INSERT INTO crews VALUES (1, 1, 'Ada')`)
    connection.exec((migration?.upgrade ?? []).map((statement) => `${statement};`).join('\n'))
    return connection.all('SELECT ship FROM crews')
  }

  it.each([
    ['before', only(crews, boats())],
    ['after', only(boats(), crews)],
  ])('reads a column that the migration drops, from a table that stands %s it', (_where, schema) => {
    const sql = renderSchema(schema).join(';')
    expect(filled('(SELECT name FROM boats WHERE boats.id = crews.boat)', sql)).toEqual([{ ship: 'Anna' }])
  })

  it('can read a view and a search index', () => {
    const virtualTables = [{ name: 'words', sql: 'CREATE VIRTUAL TABLE words USING fts5(word)' }]
    const schema = { ...only(boats()), views: names, virtualTables }
    const sql = renderSchema(schema).join(';')
    const declared = { ...schema, tables: [boats({ motto: text().notNull() })] }
    const value = '(SELECT min(name) FROM names) || (SELECT count(*) FROM words)'
    const fills = [{ table: 'boats', column: 'motto', value }]
    expect(autogenerate({ openMemory, replay: (connection) => connection.exec(sql), declared, fills })).toBeDefined()
  })
})
