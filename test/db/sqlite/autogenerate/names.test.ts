import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inMemory } from '../../../../src/db/sqlite/autogenerate/rehearse.ts'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import { identifier } from '../../../../src/db/sqlite/sql-text.ts'
import { integer, type SchemaDeclaration, table, text } from '../../../../src/models/declare.ts'
import { openMemory } from './memory.ts'
import { prove } from './oracle.ts'

const oddNames = [
  'order',
  'two words',
  'Straße',
  '日本',
  'a"b',
  "it's",
  '[x]',
  '`y`',
  '1st',
  'null',
  'a.b',
  '-- no',
  'left',
  '$cash',
  'semi;colon',
]

/** A schema that uses `name` for a table, a column, an index, a view and a trigger. */
function named(name: string, isChanged: boolean): SchemaDeclaration {
  const column = identifier(name)
  const parent = table(name, { [name]: integer().primaryKey({ autoincrement: true }), x: text() }, { strict: isChanged })
  const child = table(
    `${name} 2`,
    {
      id: integer().primaryKey(),
      [name]: integer()
        .check(`${column} > ${isChanged ? -1 : 0}`)
        .references(name, name, { onDelete: 'CASCADE' }),
    },
    { indexes: [{ name: `${name} i`, on: [column, `abs(${column})`], where: `${column} > 0` }] },
  )
  const body = `BEGIN DELETE FROM ${column} WHERE ${column} = old.${column}; END`
  return {
    tables: [child, parent],
    views: [{ name: `${name} v`, sql: `CREATE VIEW ${identifier(`${name} v`)} AS SELECT ${column} FROM ${column}` }],
    triggers: [{ name: `${name} t`, sql: `CREATE TRIGGER ${identifier(`${name} t`)} AFTER DELETE ON ${identifier(`${name} 2`)} ${body}` }],
  }
}

describe.each(oddNames)('the name %s', (name) => {
  it('is quoted in a rebuild and its downgrade', () => {
    const sentences = prove({ from: renderSchema(named(name, false)), to: named(name, true) })?.changes
    expect(sentences).toEqual([`Detected added STRICT on '${name}'`, `Detected changed CHECK on '${name} 2.${name}'`])
  })

  it('is quoted where objects are created and dropped', () => {
    expect(prove({ from: [], to: named(name, true) })?.changes).toHaveLength(5)
    expect(prove({ from: renderSchema(named(name, true)), to: { tables: [] } })).toBeDefined()
  })

  it('is quoted where a column is renamed to it', () => {
    const [from, to] = ['plain', name].map((column) => ({ tables: [table(name, { id: integer().primaryKey(), [column]: text() })] }))
    if (!from || !to) return
    const migration = prove({ from: renderSchema(from), to, renames: [{ table: name, from: 'plain', to: name }] })
    expect(migration?.upgrade).toEqual([`ALTER TABLE ${identifier(name)} RENAME COLUMN plain TO ${identifier(name)}`])
  })
})

// https://sqlite.org/lang_keywords.html
const keywords = `ABORT ACTION ADD AFTER ALL ALTER ALWAYS ANALYZE AND AS ASC ATTACH AUTOINCREMENT BEFORE BEGIN BETWEEN BY CASCADE CASE CAST
  CHECK COLLATE COLUMN COMMIT CONFLICT CONSTRAINT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DATABASE DEFAULT
  DEFERRABLE DEFERRED DELETE DESC DETACH DISTINCT DO DROP EACH ELSE END ESCAPE EXCEPT EXCLUDE EXCLUSIVE EXISTS EXPLAIN FAIL FALSE FILTER
  FIRST FOLLOWING FOR FOREIGN FROM FULL GENERATED GLOB GROUP GROUPS HAVING IF IGNORE IMMEDIATE IN INDEX INDEXED INITIALLY INNER INSERT
  INSTEAD INTERSECT INTO IS ISNULL JOIN KEY LAST LEFT LIKE LIMIT MATCH MATERIALIZED NATURAL NO NOT NOTHING NOTNULL NULL NULLS OF OFFSET
  ON OR ORDER OTHERS OUTER OVER PARTITION PLAN PRAGMA PRECEDING PRIMARY QUERY RAISE RANGE RECURSIVE REFERENCES REGEXP REINDEX RELEASE
  RENAME REPLACE RESTRICT RETURNING RIGHT ROLLBACK ROW ROWS SAVEPOINT SELECT SET TABLE TEMP TEMPORARY THEN TIES TO TRANSACTION TRIGGER
  TRUE UNBOUNDED UNION UNIQUE UPDATE USING VACUUM VALUES VIEW VIRTUAL WHEN WHERE WINDOW WITH WITHIN WITHOUT`.split(/\s+/)

it.each(keywords)('quotes the keyword %s so that SQLite accepts it as a name everywhere', (keyword) => {
  const name = identifier(keyword.toLowerCase())
  inMemory(openMemory, (connection) => {
    connection.exec(
      `CREATE TABLE ${name} (x, ${name} INTEGER CHECK (${name} = 7), UNIQUE (${name}), FOREIGN KEY (${name}) REFERENCES ${name} (${name}))`,
    )
    connection.exec(`CREATE INDEX i ON ${name} (x, ${name} DESC) WHERE ${name} > 0; INSERT INTO ${name} (x, ${name}) SELECT 1, 7`)
    connection.exec(`CREATE VIEW v AS SELECT ${name}, ifnull(${name}, 0) FROM ${name} ORDER BY ${name}`)
    expect(connection.all(`SELECT ${name} FROM ${name}`)).toEqual([{ [keyword.toLowerCase()]: 7 }])
    connection.exec(`ALTER TABLE ${name} ADD COLUMN y; ALTER TABLE ${name} RENAME COLUMN ${name} TO z; DROP VIEW v; DROP TABLE ${name}`)
  })
})

it('quotes any name so that SQLite stores the same name', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => !text.includes('\0') && !/^sqlite_/i.test(text))
  fc.assert(
    fc.property(name, (text) =>
      inMemory(openMemory, (connection) => {
        connection.exec(`CREATE TABLE ${identifier(text)} (${identifier(text)} TEXT CHECK (${identifier(text)} > 0))`)
        expect(connection.all('SELECT name FROM sqlite_schema')).toEqual([{ name: text }])
        expect(connection.all('SELECT name FROM pragma_table_info(?)', text)).toEqual([{ name: text }])
      }),
    ),
  )
})
