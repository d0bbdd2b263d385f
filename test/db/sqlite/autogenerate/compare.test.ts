import { describe, expect, it } from 'vitest'
import { compareSchemas } from '../../../../src/db/sqlite/autogenerate/compare.ts'
import { readSchema } from '../../../../src/db/sqlite/autogenerate/read-schema.ts'
import { inMemory } from '../../../../src/db/sqlite/autogenerate/rehearse.ts'
import type { Snapshot } from '../../../../src/db/sqlite/autogenerate/snapshot.ts'
import { openMemory } from './memory.ts'

const schemaOf = (sql: string): Snapshot =>
  inMemory(openMemory, (connection) => {
    connection.exec(sql)
    return readSchema(connection)
  })
const differences = (from: string, to: string) => compareSchemas(schemaOf(from), schemaOf(to))

describe('compareSchemas ignores', () => {
  // biome-ignore format: one pair, one line
  const same: readonly [string, string, string][] = [
    ['white space', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(10, 2) CHECK (a > 0))', 'create table t(id\tinteger\n primary  key,a varchar ( 10,2 )check(a>0))'],
    ['comments', 'CREATE TABLE t (a TEXT, b TEXT CHECK (b > 0), CHECK (a > 0))', '/* one */ CREATE TABLE t ( -- CHECK (no),\n a TEXT, /* b, */ b TEXT CHECK (b /* ( */ > 0), -- end\n CHECK (a > 0) -- )\n)'],
    ['the kind of quotes around a name', 'CREATE TABLE t (a TEXT CHECK (a > 0), b, c, d)', 'CREATE TABLE "t" ([a] TEXT CHECK ("a" > 0), `b`, "c", \'d\')'],
    ['upper and lower case', 'CREATE TABLE t (a TEXT NOT NULL COLLATE NOCASE CHECK (length(a) BETWEEN 1 AND 2))', 'create table T (A text not null collate nocase check (LENGTH(A) between 1 and 2))'],
    ['whether a constraint belongs to a column or to the table', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE CHECK (a > 0), b REFERENCES t (id) ON DELETE CASCADE)', 'CREATE TABLE t (id INTEGER, a, b, FOREIGN KEY (b) REFERENCES t (id) ON DELETE CASCADE, CHECK (a > 0) UNIQUE (a), PRIMARY KEY (id))'],
    ['constraint names', 'CREATE TABLE t (a CHECK (a > 0), UNIQUE (a))', 'CREATE TABLE t (a CONSTRAINT "a is, (positive" CHECK (a > 0), CONSTRAINT u UNIQUE (a))'],
    ['an omitted primary key in REFERENCES', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a REFERENCES t (id))', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a REFERENCES t)'],
    ['explicit default clauses', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a REFERENCES t (id))', 'CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT ABORT, a NULL COLLATE binary REFERENCES t (id) ON DELETE NO ACTION NOT DEFERRABLE INITIALLY DEFERRED)'],
    ['NOT NULL on a rowid alias', 'CREATE TABLE t (id INTEGER PRIMARY KEY)', 'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY)'],
    ['the spelling of a default', "CREATE TABLE t (a DEFAULT (1 + 2), b DEFAULT 'Yes')", 'CREATE TABLE t (a DEFAULT (1+/* */2), b DEFAULT Yes)'],
    ['GENERATED ALWAYS and VIRTUAL', 'CREATE TABLE t (a, g AS (a + 1))', 'CREATE TABLE t (a, g GENERATED ALWAYS AS (a+1) VIRTUAL)'],
    ['the spelling of operators', 'CREATE TABLE t (a CHECK (a = 1 OR a <> 2))', 'CREATE TABLE t (a CHECK (a == 1 OR a != 2))'],
    ['the spelling of an index', 'CREATE TABLE t (a, b); CREATE INDEX i ON t (a, lower(b) DESC) WHERE a > 0', 'CREATE TABLE t (a, b); create index if not exists "i" on "t" ("a" asc, LOWER("b") desc) where ("a") > 0'.replace('("a") >', '"a" >')],
    ["an index collation that equals the column's", 'CREATE TABLE t (a COLLATE NOCASE); CREATE INDEX i ON t (a)', 'CREATE TABLE t (a COLLATE NOCASE); CREATE INDEX i ON t (a COLLATE nocase ASC)'],
    ['the spelling of a view', 'CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t', 'CREATE TABLE t (a); create view if not exists v as\n  select "a" -- all\n  from t'],
    ['the spelling of a trigger', 'CREATE TABLE t (a); CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t; END', 'CREATE TABLE t (a); create trigger tr after insert on T begin delete from t ; end'],
    ['the spelling of a virtual table', "CREATE VIRTUAL TABLE f USING fts5(a, content='')", "create virtual table if not exists f using [FTS5]( a ,\n content = '' )"],
    ['the order of tables', 'CREATE TABLE a (x); CREATE TABLE b (y)', 'CREATE TABLE b (y); CREATE TABLE a (x)'],
    ['tables that belong to the migrator and to SQLite', 'CREATE TABLE a (x)', 'CREATE TABLE a (x); CREATE TABLE schema_migrations (id); CREATE TABLE s (id INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE s; ANALYZE'],
  ]
  it.each(same)('%s', (_title, from, to) => {
    expect(differences(from, to)).toEqual([])
    expect(differences(to, from)).toEqual([])
  })
})

describe('compareSchemas detects', () => {
  // biome-ignore format: one pair, one line
  const different: readonly [string, string, string, string][] = [
    ['a string in another case', "CREATE TABLE t (a DEFAULT 'x')", "CREATE TABLE t (a DEFAULT 'X')", "changed default on 't.a'"],
    ['a bare default in another case', 'CREATE TABLE t (a DEFAULT yes)', 'CREATE TABLE t (a DEFAULT Yes)', "changed default on 't.a'"],
    ['a string in place of a name', "CREATE TABLE t (a CHECK (a <> 'a'))", 'CREATE TABLE t (a CHECK (a <> "a"))', "changed CHECK on 't.a'"],
    ['a name in place of a keyword', 'CREATE TABLE t (a, "null" CHECK (a IS NOT "null"))', 'CREATE TABLE t (a, "null" CHECK (a IS NOT null))', "changed CHECK on 't.null'"],
    ['non-ASCII letters in another case', 'CREATE TABLE t (é)', 'CREATE TABLE t (É)', "added column 't.É'"],
    ['NOT NULL ON CONFLICT', 'CREATE TABLE t (a NOT NULL)', 'CREATE TABLE t (a NOT NULL ON CONFLICT REPLACE)', "changed nullability on 't.a'"],
    ['UNIQUE ON CONFLICT', 'CREATE TABLE t (a, b, UNIQUE (a, b))', 'CREATE TABLE t (a, b, UNIQUE (a, b) ON CONFLICT IGNORE)', "changed UNIQUE on 't (a, b)'"],
    ['PRIMARY KEY ON CONFLICT', 'CREATE TABLE t (id INTEGER PRIMARY KEY)', 'CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT REPLACE)', "changed primary key on 't'"],
    ['INTEGER PRIMARY KEY DESC, which is no rowid alias', 'CREATE TABLE t (id INTEGER PRIMARY KEY)', 'CREATE TABLE t (id INTEGER PRIMARY KEY DESC)', "changed primary key on 't'"],
    ['DESC in WITHOUT ROWID', 'CREATE TABLE t (a, PRIMARY KEY (a)) WITHOUT ROWID', 'CREATE TABLE t (a, PRIMARY KEY (a DESC)) WITHOUT ROWID', "changed primary key on 't'"],
    ['UNIQUE with a collation', 'CREATE TABLE t (a, UNIQUE (a))', 'CREATE TABLE t (a, UNIQUE (a COLLATE NOCASE))', "changed UNIQUE on 't.a'"],
    ['DEFERRABLE on the first of two', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a REFERENCES t, b REFERENCES t)', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a REFERENCES t DEFERRABLE INITIALLY DEFERRED, b REFERENCES t)', "changed foreign key on 't.a'"],
    ['one of two equal CHECKs removed', 'CREATE TABLE t (a CHECK (a > 0) CHECK (a > 0))', 'CREATE TABLE t (a CHECK (a > 0))', "removed CHECK on 't.a'"],
    ['a view column', 'CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t', 'CREATE TABLE t (a); CREATE VIEW v (b) AS SELECT a FROM t', "changed view 'v'"],
    ['a tokenizer', "CREATE VIRTUAL TABLE f USING fts5(a)", "CREATE VIRTUAL TABLE f USING fts5(a, tokenize='porter')", "changed virtual table 'f'"],
  ]
  it.each(different)('%s', (_title, from, to, sentence) => {
    expect(differences(from, to)).toContain(`Detected ${sentence}`)
    expect(differences(to, from).length).toBeGreaterThan(0)
  })
})

it('a snapshot omits the shadow tables of a full-text index', () => {
  const schema = schemaOf('CREATE VIRTUAL TABLE f USING fts5(a)')
  expect(schema.tables).toEqual([])
  expect(schema.virtualTables.map(({ name }) => name)).toEqual(['f'])
})
