import { describe, expect, it } from 'vitest'
import { autogenerate, findRenames } from '../../../../src/db/sqlite/autogenerate/autogenerate.ts'
import { inMemory } from '../../../../src/db/sqlite/autogenerate/rehearse.ts'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import { splitStatements } from '../../../../src/db/sqlite/tokens.ts'
import { RefusedError, UsageError } from '../../../../src/errors.ts'
import { renderMigration } from '../../../../src/migrate/new-file.ts'
import { blob, integer, type SchemaDeclaration, table, text } from '../../../../src/models/declare.ts'
import { openMemory } from './memory.ts'
import { prove } from './oracle.ts'

const id = integer().primaryKey()
const notes = (columns: Parameters<typeof table>[1], options = {}): SchemaDeclaration => ({
  tables: [table('notes', { id, ...columns }, options)],
})
const from = (sql: string) => ({ openMemory, replay: (connection: { exec(sql: string): void }) => connection.exec(sql) })
const generate = (sql: string, declared: SchemaDeclaration, renames = {}) => autogenerate({ ...from(sql), declared, ...renames })

describe('autogenerate refuses', () => {
  it('a new NOT NULL column without a default', () => {
    expect(() => generate('CREATE TABLE notes (id INTEGER PRIMARY KEY)', notes({ a: text().notNull() }))).toThrow(
      "'notes.a' is new and NOT NULL, and has no default: existing rows would have no value",
    )
  })

  it('a new NOT NULL column in a table for which no test row can be generated', () => {
    const indexes = [{ name: 'i', on: ["json(a || '{')"] }]
    const before = "CREATE TABLE notes (id INTEGER PRIMARY KEY, a TEXT); CREATE INDEX i ON notes (json(a || '{'))"
    expect(() => generate(before, notes({ a: text(), b: text().notNull() }, { indexes }))).toThrow("'notes.b' is new and NOT NULL")
    const migration = generate(before, notes({ a: text(), b: integer().default('unixepoch()') }, { indexes }))
    expect(migration?.upgrade).toContain('ALTER TABLE new_notes RENAME TO notes')
  })

  it('a declaration that SQLite does not accept', () => {
    expect(() => generate('', notes({ a: text().check('oops(') }))).toThrow(/^the declared schema is not valid: /)
    expect(() => generate('', notes({ a: integer().references('nowhere', 'id') }, { indexes: [{ name: 'i', on: ['b'] }] }))).toThrow(
      RefusedError,
    )
    expect(() => generate('', notes({ a: text(), b: text().references('notes', 'a') }))).toThrow(
      "'notes.b' refers to 'notes.a', which must be the PRIMARY KEY or UNIQUE",
    )
    expect(() => generate('', { tables: [], views: [{ name: 'v', sql: 'SELECT 1; SELECT 2' }] })).toThrow(
      "the declaration of 'v' is not one statement",
    )
  })

  it('a view or trigger that refers to a missing column or table', () => {
    const view = { name: 'v', sql: 'CREATE VIEW v AS SELECT absent FROM notes' }
    const trigger = { name: 't', sql: 'CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM nowhere; END' }
    expect(() => generate('', { ...notes({}), views: [view] })).toThrow(/not valid: SELECT \* FROM v fails: no such column: absent/)
    expect(() => generate('', { ...notes({}), triggers: [trigger] })).toThrow(
      /not valid: trigger 't': INSERT INTO notes fails: no such table/,
    )
  })

  it.each([
    ['column', notes({ a: text().default("'x'").unique() }), 'notes.a'],
    ['pair of columns', notes({ a: text().default("'x'"), b: integer().default('0') }, { unique: [['a', 'b']] }), 'notes.a, notes.b'],
    ['index', notes({ a: text().notNull().default("'x'") }, { indexes: [{ name: 'i', on: ['a'], unique: true }] }), 'notes.a'],
    ['column whose default is the time', notes({ a: text().default('CURRENT_TIMESTAMP').unique() }), 'notes.a'],
  ])('a new UNIQUE %s whose default is the same in every row, with the way out', (_title, declared, columns) => {
    const before = 'CREATE TABLE notes (id INTEGER PRIMARY KEY)'
    const attempt = () => generate(before, declared)
    expect(attempt).toThrow(/^no two rows can have the default of 'notes\.a'/)
    expect(attempt).toThrow(`UNIQUE constraint failed: ${columns}`)
    expect(attempt).toThrow(expect.objectContaining({ hint: expect.stringContaining('--fill notes.a="row_number() OVER ()"') }))
    expect(generate(before, declared, { fills: [{ table: 'notes', column: 'a', value: 'row_number() OVER ()' }] })).toBeDefined()
  })

  it.each([
    ['is different in every row', notes({ a: text().default('(hex(randomblob(8)))').unique() })],
    [
      'is outside the WHERE of the index',
      notes({ a: integer().default('0') }, { indexes: [{ name: 'i', on: ['a'], unique: true, where: 'a > 0' }] }),
    ],
    ['is unique together with an old column', notes({ a: integer().default('0') }, { unique: [['id', 'a']] })],
  ])('no new UNIQUE column whose default %s', (_title, declared) => {
    expect(generate('CREATE TABLE notes (id INTEGER PRIMARY KEY)', declared)).toBeDefined()
  })

  it.each([
    ['an unknown column', { table: 'notes', from: 'x', to: 'b' }, "the migrations have no column 'notes.x'"],
    ['a column of an unknown table', { table: 'note', from: 'a', to: 'b' }, "the migrations have no column 'note.a'"],
    ['a column to an undeclared name', { table: 'notes', from: 'a', to: 'c' }, "no column 'notes.c' is declared"],
    ['a column to its own name', { table: 'notes', from: 'a', to: 'a' }, "no column 'notes.a' is declared"],
  ])('a rename of %s', (_title, rename, problem) => {
    const attempt = () => generate('CREATE TABLE notes (id INTEGER PRIMARY KEY, a TEXT)', notes({ b: text() }), { renames: [rename] })
    expect(attempt).toThrow(UsageError)
    expect(attempt).toThrow(problem)
  })
})

describe('a rename', () => {
  const before = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, a TEXT NOT NULL CHECK (length(a) > 0), z TEXT)'
  const declared = notes({ b: text().notNull().check('length(b) > 0'), z: text() })

  it('is suggested when only the name of a column differs', () => {
    expect(findRenames({ ...from(before), declared })).toEqual([{ table: 'notes', from: 'a', to: 'b' }])
    expect(findRenames({ ...from(before), declared: notes({ b: text(), z: text() }) })).toEqual([])
  })

  it('keeps values and updates indexes, foreign keys, views and triggers', () => {
    const schema = (name: string): SchemaDeclaration => ({
      tables: [
        table(
          'users',
          { [name]: integer().primaryKey(), x: text() },
          { indexes: [{ name: 'i', on: [name, 'x'] }], checks: [`${name} > 0`] },
        ),
        table('posts', { id, user: integer().references('users', name, { onDelete: 'CASCADE' }) }),
      ],
      views: [{ name: 'v', sql: `CREATE VIEW v AS SELECT x FROM users WHERE ${name} > 0` }],
      triggers: [{ name: 't', sql: `CREATE TRIGGER t AFTER DELETE ON users BEGIN DELETE FROM posts WHERE user = old.${name}; END` }],
    })
    const migration = prove({ from: renderSchema(schema('a')), to: schema('b'), renames: [{ table: 'users', from: 'a', to: 'b' }] })
    expect(migration?.changes).toEqual(["Detected renamed column 'users.a' to 'users.b'"])
    expect(migration?.upgrade).toEqual(['ALTER TABLE users RENAME COLUMN a TO b'])
    expect(migration?.downgrade).toEqual(['ALTER TABLE users RENAME COLUMN b TO a'])
  })

  it('can be combined with another change of the same column', () => {
    const to = notes({ b: integer().notNull().default('1'), z: text().unique() })
    const migration = prove({ from: [before], to, renames: [{ table: 'notes', from: 'a', to: 'b' }] })
    expect(migration?.dropsData).toEqual([])
    expect(migration?.upgrade[0]).toBe('ALTER TABLE notes RENAME COLUMN a TO b')
    expect(migration?.downgrade[0]).toBe('ALTER TABLE notes RENAME COLUMN b TO a')
  })

  it('can be combined with a second rename in the same table', () => {
    const to = notes({ b: text().notNull().check('length(b) > 0'), y: text() })
    const renames = [
      { table: 'notes', from: 'a', to: 'b' },
      { table: 'notes', from: 'z', to: 'y' },
    ]
    expect(prove({ from: [before], to, renames })?.upgrade).toHaveLength(2)
  })
})

describe('a rename of a table', () => {
  it('keeps the rows of a full-text index', () => {
    const index = (name: string) => ({ tables: [], virtualTables: [{ name, sql: `CREATE VIRTUAL TABLE ${name} USING fts5(a)` }] })
    expect(findRenames({ ...from('CREATE VIRTUAL TABLE f USING fts5(a)'), declared: index('g') })).toEqual([{ from: 'f', to: 'g' }])
    const migration = prove({ from: ['CREATE VIRTUAL TABLE f USING fts5(a)'], to: index('g'), renames: [{ from: 'f', to: 'g' }] })
    expect(migration?.upgrade).toEqual(['ALTER TABLE f RENAME TO g'])
  })

  it('is suggested when columns differ in their names, and foreign keys refer to the table itself', () => {
    const before = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, up INTEGER REFERENCES notes (id), a TEXT)'
    const renamed = table('pages', { id, up: integer().references('pages', 'id'), b: text() })
    const other = table('files', { id, up: integer(), b: text() })
    const request = { ...from(before), declared: { tables: [renamed, other] } }
    expect(findRenames(request)).toEqual([{ from: 'notes', to: 'pages' }])
    expect(findRenames({ ...request, drops: [{ table: 'notes' }] })).toEqual([])
    expect(findRenames({ ...request, renames: [{ from: 'notes', to: 'pages' }] })).toEqual([{ table: 'pages', from: 'a', to: 'b' }])
  })

  it('works in spite of a view over a view', () => {
    const schema = (name: string, column: string): SchemaDeclaration => ({
      tables: [table(name, { id, [column]: text() })],
      views: [
        { name: 'v', sql: `CREATE VIEW v AS SELECT ${column} FROM ${name}` },
        { name: 'w', sql: `CREATE VIEW w AS SELECT ${column} FROM v` },
      ],
    })
    const renames = [
      { from: 'notes', to: 'pages' },
      { table: 'notes', from: 'a', to: 'b' },
    ]
    const migration = prove({ from: renderSchema(schema('notes', 'a')), to: schema('pages', 'b'), renames })
    expect(migration?.upgrade.slice(0, 4)).toEqual([
      'DROP VIEW v',
      'DROP VIEW w',
      'ALTER TABLE notes RENAME TO pages',
      'ALTER TABLE pages RENAME COLUMN a TO b',
    ])
  })
})

describe('a requested fill', () => {
  const filled = (sql: string, rows: string, declared: SchemaDeclaration, value: string) => {
    const migration = generate(sql, declared, { fills: [{ table: 'notes', column: 'a', value }] })
    const values = inMemory(openMemory, (connection) => {
      connection.exec(`${sql}; ${rows}`)
      migration?.upgrade.forEach(connection.exec)
      return connection.all('SELECT a FROM notes').map(({ a }) => a)
    })
    return { values, upgrade: migration?.upgrade.join('\n') }
  }

  it('replaces NULL where a column becomes NOT NULL', () => {
    const before = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, a TEXT, b TEXT)'
    const declared = notes({ a: text().notNull(), b: text() })
    const { values, upgrade } = filled(before, "INSERT INTO notes VALUES (1, NULL, 'b'), (2, 'a', 'b')", declared, "b || '!' -- or so")
    expect(values).toEqual(['b!', 'a'])
    expect(upgrade).toContain("-- 'notes.a': NULL becomes b || '!'\n")
  })

  it('goes before the default, and fills a column that may be NULL', () => {
    const before = 'CREATE TABLE notes (id INTEGER PRIMARY KEY)'
    expect(filled(before, 'INSERT INTO notes VALUES (7)', notes({ a: integer() }), 'id + 1').values).toEqual([8])
    expect(filled(before, 'INSERT INTO notes VALUES (7)', notes({ a: integer().default('0') }), 'id + 1').values).toEqual([8])
  })

  it.each([
    ['a text for a number', integer(), "'x'", "cannot hold 'x': it is TEXT, and the column is INTEGER"],
    ['a number for a BLOB', blob(), '1', 'cannot hold 1: it is INTEGER, and the column is BLOB'],
    ['a generated column', integer().generatedAs('id'), '1', 'it is a generated column'],
  ])('is refused: %s', (_title, column, value, says) => {
    const declared = notes({ a: column })
    const attempt = () =>
      generate('CREATE TABLE notes (id INTEGER PRIMARY KEY)', declared, { fills: [{ table: 'notes', column: 'a', value }] })
    expect(attempt).toThrow(says)
  })
})

describe('dropsData', () => {
  it('lists each dropped column and table, and the file marks the statements that drop them', () => {
    const migration = generate('CREATE TABLE notes (id INTEGER PRIMARY KEY, a, b, g AS (a)); CREATE TABLE old (x)', notes({}))
    expect(migration?.dropsData).toEqual(["every value of 'notes.a'", "every value of 'notes.b'", "every row of 'old'"])
    expect(migration && renderMigration({ message: 'less\nis more', ...migration })).toBe(
      `-- less is more
-- upgrade
-- drops data: every value of 'notes.a'
-- drops data: every value of 'notes.b'
CREATE TABLE new_notes (
  id INTEGER PRIMARY KEY
);
INSERT INTO new_notes (id) SELECT id FROM notes;
DROP TABLE notes;
PRAGMA legacy_alter_table = ON;
ALTER TABLE new_notes RENAME TO notes;
PRAGMA legacy_alter_table = OFF;
-- drops data: every row of 'old'
DROP TABLE old;

-- downgrade
CREATE TABLE old (
  x
);
ALTER TABLE notes ADD COLUMN a;
ALTER TABLE notes ADD COLUMN b;
ALTER TABLE notes ADD COLUMN g AS (a);
`,
    )
  })

  it('lists a rebuilt full-text index without external content', () => {
    const fts = (args: string) => ({ tables: [], virtualTables: [{ name: 'f', sql: `CREATE VIRTUAL TABLE f USING fts5(${args})` }] })
    expect(generate('CREATE VIRTUAL TABLE f USING fts5(a)', fts("a, tokenize='porter'"))?.dropsData).toEqual(["every row of 'f'"])
  })

  it('is not needed for a column that becomes NOT NULL, because NULL becomes the default', () => {
    const migration = generate('CREATE TABLE notes (id INTEGER PRIMARY KEY, a TEXT)', notes({ a: text().notNull().default("'none'") }))
    const kept = inMemory(openMemory, (connection) => {
      connection.exec("CREATE TABLE notes (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO notes VALUES (1, NULL), (2, 'x')")
      migration?.upgrade.forEach(connection.exec)
      return connection.all('SELECT a FROM notes')
    })
    expect(kept).toEqual([{ a: 'none' }, { a: 'x' }])
    expect(migration?.upgrade[1]).toContain("-- 'notes.a': NULL becomes 'none'")
  })
})

it('writes a file that parses into the same statements, also when they end in comments', () => {
  const declared: SchemaDeclaration = {
    tables: [table('notes', { id, a: text() }, { indexes: [{ name: 'i', on: ['a'], where: 'a > 0 -- or so' }] })],
    views: [{ name: 'v', sql: 'CREATE VIEW v AS SELECT a FROM notes -- all of them' }],
    triggers: [{ name: 't', sql: 'CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; SELECT 2; END; -- twice' }],
  }
  const migration = prove({ from: [], to: declared })
  const file = migration ? renderMigration({ message: 'all', ...migration }) : ''
  const read = splitStatements(file).map(({ sql }) => sql)
  expect(read).toEqual([...(migration?.upgrade ?? []), ...(migration?.downgrade ?? [])])
})

it('keeps a comment on one line when a table name contains a newline', () => {
  const migration = prove({ from: ['CREATE TABLE "a\n; b" (id INTEGER PRIMARY KEY, "c\n; d" TEXT)'], to: { tables: [] } })
  expect(migration?.upgrade).toEqual(['-- drops data: every row of \'a ; b\'\nDROP TABLE "a\n; b"'])
})

describe('a table written by hand', () => {
  // biome-ignore format: irregular spacing, as in a table written by hand
  const byHand = `create table [Notes]( -- the notes, all of them
      ID integer not null primary key /* (the key, */ , a text -- );
        CONSTRAINT "a's rule" CHECK (a <> ')' /* , */ ) ON CONFLICT ABORT, b BLOB UNIQUE ON CONFLICT REPLACE,
      unique(a,b)ON CONFLICT IGNORE CHECK(a>'') -- the end
    )`

  it('is rebuilt with its constraints and comments, one column per line', () => {
    const migration = prove({ from: [byHand.replace('ON CONFLICT ABORT', '')], to: notes({ a: integer() }) })
    expect(migration?.downgrade.slice(0, 2)).toEqual([
      `CREATE TABLE new_Notes (
  ID integer not null primary key,
  a text -- );
        CONSTRAINT "a's rule" CHECK (a <> ')' /* , */ ),
  b BLOB UNIQUE ON CONFLICT REPLACE,
  unique(a,b)ON CONFLICT IGNORE CHECK(a>'')
)`,
      "-- changes values: 'Notes.a' INTEGER becomes TEXT\nINSERT OR ABORT INTO new_Notes (ID, a) SELECT id, a FROM notes",
    ])
  })

  it('fails instead of losing rows to an ON CONFLICT REPLACE', () => {
    const hard = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT REPLACE)'
    const migration = generate(hard, notes({ a: text() }))
    const downgrade = () =>
      inMemory(openMemory, (connection) => {
        connection.exec(`${hard}; ${migration?.upgrade.join(';')}; INSERT INTO notes VALUES (1, 'x'), (2, 'x')`)
        migration?.downgrade.forEach(connection.exec)
      })
    expect(downgrade).toThrow('UNIQUE constraint failed: new_notes.a')
  })
})

describe('a full-text index with external content', () => {
  const external = (args: string): SchemaDeclaration => ({
    ...notes({ a: text() }),
    virtualTables: [{ name: 'search', sql: `CREATE VIRTUAL TABLE search USING fts5(a, content='notes', content_rowid='id'${args})` }],
    triggers: [
      { name: 'tr', sql: 'CREATE TRIGGER tr AFTER INSERT ON notes BEGIN INSERT INTO search (rowid, a) VALUES (new.id, new.a); END' },
    ],
  })
  const searched = (statements: readonly string[]) =>
    inMemory(openMemory, (connection) => {
      statements.forEach(connection.exec)
      connection.exec("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
      return connection.all("SELECT rowid FROM search ('later OR earlier') ORDER BY 1")
    })
  const rows = ["INSERT INTO notes VALUES (5, 'earlier')"]
  const more = ["INSERT INTO notes VALUES (7, 'later')"]

  it('finds rows that are older than the index', () => {
    const start = renderSchema(notes({ a: text() }))
    const migration = prove({ from: start, to: external('') })
    expect(searched([...start, ...rows, ...(migration?.upgrade ?? []), ...more])).toEqual([{ rowid: 5 }, { rowid: 7 }])
  })

  it('finds them after the index changes and after its table is rebuilt', () => {
    const start = renderSchema(external(''))
    const changed = prove({ from: start, to: external(", tokenize='porter'") })
    expect(searched([...start, ...rows, ...(changed?.upgrade ?? []), ...more])).toEqual([{ rowid: 5 }, { rowid: 7 }])
    const rebuilt = prove({ from: start, to: { ...external(''), ...notes({ a: text().notNull() }) } })
    expect(searched([...start, ...rows, ...(rebuilt?.upgrade ?? []), ...more])).toEqual([{ rowid: 5 }, { rowid: 7 }])
    expect(rebuilt?.dropsData).toEqual([])
  })
})
