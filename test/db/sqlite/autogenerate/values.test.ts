import { describe, expect, it } from 'vitest'
import { autogenerate } from '../../../../src/db/sqlite/autogenerate/autogenerate.ts'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import type { ColumnDeclaration, SchemaDeclaration, TableDeclaration } from '../../../../src/models/declare.ts'
import { openMemory } from './memory.ts'

const id: ColumnDeclaration = { type: 'INTEGER', primaryKey: true }
const declare = (columns: TableDeclaration['columns'], options: Partial<TableDeclaration> = {}): SchemaDeclaration => ({
  tables: [{ name: 't', columns, ...options }],
})

/** Generates the migration and runs its upgrade on these rows. Returns the remarks, the SQL and the result of `query` after the upgrade. */
function upgrade(from: string, to: SchemaDeclaration, rows = '', query = 'SELECT 1') {
  const migration = autogenerate({ openMemory, replay: (connection) => connection.exec(from), declared: to })
  const db = openMemory()
  db.exec(`PRAGMA foreign_keys = OFF; ${from}; ${rows}`)
  for (const statement of migration?.upgrade ?? []) db.exec(statement)
  const found = db.all(query)
  db.close()
  return { remarks: migration?.remarks, found, upgrade: migration?.upgrade.join(';\n'), downgrade: migration?.downgrade.join(';\n') }
}

const retyped = (before: string, after: string, [wasStrict, isStrict] = [false, false]) =>
  upgrade(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, v ${before})${wasStrict ? ' STRICT' : ''}`,
    declare({ id, v: { type: after } }, { strict: isStrict }),
  )

describe('a remark says that values can change', () => {
  it.each([
    ['TEXT', 'INTEGER'],
    ['INTEGER', 'TEXT'],
    ['INTEGER', 'REAL'],
    ['BLOB', 'NUMERIC'],
    ['VARCHAR(10)', 'DECIMAL'],
    ['', 'TEXT'],
  ])('if the type changes from %s to %s, also in the file', (before, after) => {
    const remark = `changes values: 't.v' ${before || 'no type'} becomes ${after}`
    const { remarks, upgrade: statements } = retyped(before, after)
    expect(remarks).toEqual([remark])
    expect(statements).toContain(`-- ${remark}\nINSERT INTO new_t`)
  })

  it('if the table is no longer STRICT, because values of ANY become numbers', () => {
    const remark = "changes values: 't.v' ANY is no longer STRICT"
    expect(retyped('ANY', 'ANY', [true, false]).remarks).toEqual([remark])
    expect(retyped('ANY', 'BLOB', [true, false]).remarks).toEqual([])
  })

  it('if the type changes between BLOB and another type in a STRICT table, because values are cast', () => {
    expect(retyped('TEXT', 'BLOB', [true, true]).remarks).toEqual(["changes values: 't.v' TEXT becomes BLOB"])
    expect(retyped('BLOB', 'TEXT', [true, true]).remarks).toEqual(["changes values: 't.v' BLOB becomes TEXT"])
  })

  it.each([
    ['VARCHAR(10)', 'TEXT'],
    ['INTEGER', 'NUMERIC'],
    ['TEXT', 'BLOB'],
    ['INT', 'BIGINT'],
    ['ANY', 'DECIMAL'],
  ])('but not if the type changes from %s to %s', (before, after) => {
    expect(retyped(before, after).remarks).toEqual([])
  })

  it('but not if the table becomes STRICT', () => {
    expect(retyped('TEXT', 'TEXT', [false, true]).remarks).toEqual([])
    expect(retyped('BLOB', 'BLOB', [false, true]).remarks).toEqual([])
    expect(retyped('NUMERIC', 'ANY', [false, true]).remarks).toEqual([])
  })
})

describe('NULL in a column that becomes NOT NULL', () => {
  it('has a remark: it is refused, or becomes the default', () => {
    const from = 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)'
    expect(upgrade(from, declare({ id, v: { type: 'TEXT', notNull: true } })).remarks).toEqual(["'t.v': NULL is refused"])
    expect(upgrade(from, declare({ id, v: { type: 'TEXT', notNull: true, default: "'x'" } })).remarks).toEqual(["'t.v': NULL becomes 'x'"])
  })

  it.each(['id INTEGER UNIQUE', 'id TEXT PRIMARY KEY', 'id'])('stops an upgrade to INTEGER PRIMARY KEY: %s', (column) => {
    const to = declare({ id, v: { type: 'TEXT' } })
    const attempt = (rows: string) => upgrade(`CREATE TABLE t (${column}, v TEXT)`, to, rows, 'SELECT * FROM t')
    expect(() => attempt("INSERT INTO t VALUES (1, 'a'), (NULL, 'b')")).toThrow('NOT NULL constraint failed: new_t.id')
    expect(attempt("INSERT INTO t VALUES (1, 'a'), (7, 'b')").found).toEqual([
      { id: 1, v: 'a' },
      { id: 7, v: 'b' },
    ])
    expect(attempt('').remarks).toContain("'t.id': NULL is refused")
  })
})

describe('rows that would refer to nothing', () => {
  const parents = 'CREATE TABLE p (id INTEGER PRIMARY KEY)'
  const children = 'CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id))'
  const p = { name: 'p', columns: { id } }
  const reference = { type: 'INTEGER', references: { table: 'p', column: 'id' } }
  const stop = "stops at rows of 't' that would refer to nothing in 'p'"

  it('are told of a downgrade that creates their parent without rows', () => {
    const { remarks, upgrade: up, downgrade } = upgrade(`${parents}; ${children}`, declare({ id, p: { type: 'INTEGER' } }))
    expect(remarks).toEqual([`the downgrade ${stop}`])
    expect(downgrade).toMatch(new RegExp(`^-- ${stop}\\nCREATE TABLE p `))
    expect(up).not.toContain('stops')
  })

  it.each([
    ['a new parent', 'CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER)', reference],
    ['a new column with a default', `${parents}; CREATE TABLE t (id INTEGER PRIMARY KEY)`, { ...reference, default: '0' }],
  ])('are told of an upgrade: %s', (_title, from, column) => {
    const { remarks, upgrade: up } = upgrade(from, { tables: [p, ...declare({ id, p: column }).tables] })
    expect(remarks).toEqual([`the upgrade ${stop}`])
    expect(up).toMatch(new RegExp(`^-- ${stop}\\n`))
  })

  it('are not told of where their parent keeps its rows, or where they were there before', () => {
    const declared = { tables: [{ ...p, columns: { id, n: { type: 'TEXT' } } }, ...declare({ id, p: reference }).tables] }
    expect(upgrade(`${parents}; ${children}`, declared).remarks).toEqual([])
    const orphans = `${parents}; ${children}; PRAGMA foreign_keys = OFF; INSERT INTO t VALUES (9, 9)`
    expect(upgrade(orphans, declared).remarks).toEqual([])
  })
})

describe('a rebuild', () => {
  it('keeps the rowids of a table without INTEGER PRIMARY KEY', () => {
    const to = declare({ v: { type: 'TEXT', notNull: true, default: "''" }, rowid: { type: 'TEXT' } })
    const rows = "INSERT INTO t (oid, v, rowid) VALUES (5, 'a', 'x'), (9, 'b', 'y')"
    expect(upgrade('CREATE TABLE t (v TEXT, rowid TEXT)', to, rows, 'SELECT oid AS n, v, rowid AS r FROM t').found).toEqual([
      { n: 5, v: 'a', r: 'x' },
      { n: 9, v: 'b', r: 'y' },
    ])
  })

  it('accepts a CHECK that names its own table', () => {
    const checks = ['"t"."v" > 2', 'main.t.v < 9', 't . v <> 5']
    const from = 'CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, CHECK ("T" . v < 100))'
    const { upgrade: statements, downgrade } = upgrade(from, declare({ id, v: { type: 'INTEGER', checks } }))
    expect(statements).toContain('v INTEGER CHECK ("v" > 2) CHECK (v < 9) CHECK (v <> 5)')
    expect(downgrade).toContain('CHECK (v < 100)')
  })

  it('keeps the names of constraints that do not change', () => {
    const from = `CREATE TABLE t (
      id INTEGER PRIMARY KEY,
      v INTEGER CONSTRAINT "v is positive" CHECK (v > 0) CONSTRAINT v_parent REFERENCES t (id) ON DELETE SET DEFAULT,
      w TEXT CONSTRAINT w_needed NOT NULL,
      CONSTRAINT pair UNIQUE (v, w),
      CONSTRAINT old CHECK (v < 5)
    )`
    const to = declare(
      {
        id,
        v: { type: 'TEXT', checks: ['V>0'], references: { table: 't', column: 'id', onDelete: 'SET DEFAULT' } },
        w: { type: 'TEXT', notNull: true },
      },
      { unique: [['v', 'w']], checks: ['v < 6'] },
    )
    const { upgrade: statements } = upgrade(from, to)
    expect(statements).toContain(`
  v TEXT CONSTRAINT "v is positive" CHECK (V>0) CONSTRAINT v_parent REFERENCES t (id) ON DELETE SET DEFAULT,
  w TEXT CONSTRAINT w_needed NOT NULL,
  CONSTRAINT pair UNIQUE (v, w),
  CHECK (v < 6)
`)
  })

  it('gives a constraint its declared name, but only if something else changes', () => {
    const checks = [{ name: 'v_positive', expression: 'v > 0' }]
    const [create = ''] = renderSchema(declare({ id, v: { type: 'INTEGER', checks } }, { checks: [{ name: 'all', expression: 'v < 9' }] }))
    expect(create).toContain('v INTEGER CONSTRAINT v_positive CHECK (v > 0),\n  CONSTRAINT "all" CHECK (v < 9)\n')
    const from = 'CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER CONSTRAINT other CHECK (v > 0))'
    expect(upgrade(from, declare({ id, v: { type: 'INTEGER', checks } })).upgrade).toBeUndefined()
    expect(upgrade(from, declare({ id, v: { type: 'TEXT', checks } })).upgrade).toContain('CONSTRAINT v_positive CHECK')
  })
})

it('tries few plans on the whole schema, however many tables change', () => {
  const tables = Array.from({ length: 30 }, (_, i) => `t${i}`)
  const at: ColumnDeclaration = { type: 'TEXT', default: 'CURRENT_TIMESTAMP' }
  const declared = { tables: tables.map((name, i) => ({ name, columns: { id, ...(i % 2 ? { at } : { v: { type: 'TEXT' } }) } })) }
  let replays = 0
  const replay = (connection: { exec(sql: string): void }) => {
    replays++
    connection.exec(tables.map((name) => `CREATE TABLE ${name} (id INTEGER PRIMARY KEY);`).join(''))
  }
  const migration = autogenerate({ openMemory, replay, declared })
  expect(migration?.upgrade.filter((statement) => statement.startsWith('ALTER TABLE t'))).toHaveLength(15)
  expect(replays).toBeLessThan(8)
})
