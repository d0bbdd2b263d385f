/**
 * Random schemas. Names come from small pools, so that two schemas often share them.
 * Rows with the value 1, 2 or 3 in every column satisfy all constraints.
 */
import fc from 'fast-check'
import type { Rename } from '../../../../src/migrate/new-file.ts'
import type {
  ColumnDeclaration,
  IndexDeclaration,
  SchemaDeclaration,
  StatementDeclaration,
  TableDeclaration,
} from '../../../../src/models/declare.ts'

type Columns = Record<string, ColumnDeclaration>
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const action = fc.constantFrom('CASCADE', 'SET NULL', 'RESTRICT', 'NO ACTION')

function plainColumn(name: string): fc.Arbitrary<ColumnDeclaration> {
  const type = fc.constantFrom('INTEGER', 'TEXT', 'REAL', 'BLOB')
  const check = fc.constantFrom(`length(${name}) < 50`, `length(${name}) < 60`, `${name} IS NOT 'none'`, `${name} IS NOT 'None'`)
  const loose = fc.record({ type, collate: maybe(fc.constantFrom('NOCASE', 'RTRIM')), checks: maybe(fc.array(check, { maxLength: 2 })) })
  // A NOT NULL column needs a default, and a default that every row shares rules out UNIQUE.
  const filled = fc.record({ notNull: fc.boolean(), default: fc.constantFrom('1', '(1 + 1)', '-3') })
  const empty = fc.record({ unique: fc.boolean() })
  return fc.tuple(loose, fc.oneof(filled, empty)).map(([column, more]) => {
    const fits = column.type === 'BLOB' && 'default' in more ? { default: "x'31'" } : {}
    return clean({ ...column, ...more, ...fits })
  })
}

const parentColumn = (parents: readonly string[]): fc.Arbitrary<ColumnDeclaration> =>
  fc
    .record({ table: fc.constantFrom(...parents), onDelete: maybe(action), onUpdate: maybe(action), deferred: fc.boolean() })
    .map((reference) => ({ type: 'INTEGER', references: clean({ ...reference, column: 'id' }) }))

const generatedColumn: fc.Arbitrary<ColumnDeclaration> = fc
  .record({ as: fc.constantFrom('id + 1', 'id + 2'), stored: fc.boolean() })
  .map((generated) => ({ type: 'INTEGER', generated }))

function columns(parents: readonly string[]): fc.Arbitrary<Columns> {
  const optional = fc.record({
    a: maybe(plainColumn('a')),
    b: maybe(plainColumn('b')),
    '"c" d': maybe(plainColumn('"""c"" d"')),
    parent: maybe(parentColumn(parents)),
    gen: maybe(generatedColumn),
    id: fc.constant({ type: 'INTEGER' }),
    kind: fc.constant({ type: 'INTEGER', notNull: true, default: '1' }),
  })
  const order = fc.boolean()
  return fc.tuple(optional, order).map(([record, isReversed]) => {
    const entries = Object.entries(clean<Record<string, ColumnDeclaration | undefined>>(record)) as [string, ColumnDeclaration][]
    return Object.fromEntries(isReversed ? entries.reverse() : entries)
  })
}

function indexes(table: string): fc.Arbitrary<IndexDeclaration[]> {
  const term = fc.constantFrom('id', 'id DESC', 'kind', 'kind COLLATE NOCASE', 'abs(id)', 'lower(kind) DESC')
  const index = fc.record({
    name: fc.constantFrom(`${table}_i`, `${table}_j`, 'shared'),
    on: fc.uniqueArray(term, { minLength: 1, maxLength: 3 }),
    unique: fc.boolean(),
    where: maybe(fc.constantFrom('id > 0', "kind <> 'x'")),
  })
  return fc
    .uniqueArray(index, { selector: ({ name }) => name, maxLength: 2 })
    .map((list) => list.map((one) => clean({ ...one, unique: one.unique && one.on[0] === 'id' })))
}

function table(name: string, parents: readonly string[]): fc.Arbitrary<TableDeclaration> {
  const key = fc.constantFrom('alias', 'autoincrement', 'without rowid', ...(parents.includes(name) ? [] : ['pair']))
  const options = fc.record({ key, strict: fc.boolean(), checks: maybe(fc.constantFrom(['id > 0'], ['id > -1', 'kind > 0'])) })
  return fc.tuple(columns(parents), options, indexes(name)).map(([declared, { key, strict, checks }, list]) => {
    const id = { type: 'INTEGER', primaryKey: key !== 'pair', ...(key === 'autoincrement' ? { autoincrement: true } : {}) }
    const primaryKey = key === 'pair' ? { primaryKey: ['kind', 'id'] } : {}
    return {
      name,
      columns: { ...declared, id },
      ...primaryKey,
      ...clean({ strict, checks }),
      withoutRowid: key === 'without rowid',
      indexes: list,
    }
  })
}

const viewOf = (name: string, tables: readonly string[]): fc.Arbitrary<StatementDeclaration> =>
  fc
    .constantFrom(...tables)
    .chain((of) =>
      fc.constantFrom('*', 'id', 'id, kind').map((what) => ({ name, sql: `CREATE VIEW ${name} AS SELECT ${what} FROM ${of}` })),
    )

const triggerOn = (name: string, tables: readonly string[]): fc.Arbitrary<StatementDeclaration> =>
  fc
    .tuple(fc.constantFrom(...tables), fc.constantFrom(...tables), fc.constantFrom('INSERT', 'DELETE', 'UPDATE OF kind'))
    .map(([on, of, event]) => ({ name, sql: `CREATE TRIGGER ${name} AFTER ${event} ON ${on} BEGIN SELECT id FROM ${of}; END` }))

/** The table `one`, and perhaps `two` and `three`. No foreign key refers to `three`, so only it may have a primary key of two columns. */
export const arbitrarySchema: fc.Arbitrary<SchemaDeclaration> = fc
  .tuple(fc.boolean(), fc.boolean())
  .chain(([hasTwo, hasThree]) => {
    const parents = hasTwo ? ['one', 'two'] : ['one']
    const names = hasThree ? [...parents, 'three'] : parents
    return fc.tuple(fc.tuple(...names.map((name) => table(name, parents))), maybe(viewOf('look', names)), maybe(triggerOn('fire', names)))
  })
  .map(([tables, view, trigger]) => ({ tables: withoutSharedNames(tables), views: [view ?? []].flat(), triggers: [trigger ?? []].flat() }))

/** A full-text index of `one` and the trigger that feeds it. They name the table and two of its columns. */
const searchOfOne = {
  virtualTables: [{ name: 'search', sql: "CREATE VIRTUAL TABLE search USING fts5(kind, content='one', content_rowid='id')" }],
  triggers: [
    {
      name: 'feed',
      sql: 'CREATE TRIGGER feed AFTER INSERT ON one BEGIN INSERT INTO search (rowid, kind) VALUES (new.id, new.kind); END',
    },
  ],
}

const withSearch = ({ triggers = [], ...schema }: SchemaDeclaration): SchemaDeclaration => ({
  ...schema,
  virtualTables: searchOfOne.virtualTables,
  triggers: [...triggers, ...searchOfOne.triggers],
})

const arbitrarySearched = fc.tuple(arbitrarySchema, fc.boolean()).map(([schema, has]) => (has ? withSearch(schema) : schema))

/** New names of tables and columns. Some differ in case only, which is a rename that nobody requests. */
const newNames = fc.record(
  {
    one: fc.constantFrom('uno', 'One', 'order'),
    two: fc.constantFrom('due', 'TWO'),
    three: fc.constant('tre'),
    id: fc.constantFrom('key', 'ID', 'group'),
    kind: fc.constantFrom('sort', 'Kind'),
    a: fc.constant('z'),
    parent: fc.constant('up'),
  },
  { requiredKeys: [] },
)

interface RenamedSchemas {
  readonly from: SchemaDeclaration
  readonly to: SchemaDeclaration
  readonly renames: readonly Rename[]
}

/** Two random schemas. Tables and columns that are in both have new names in the second; a column has the same new name in every table. */
export const renamedSchemas: fc.Arbitrary<RenamedSchemas> = fc
  .tuple(arbitrarySearched, arbitrarySearched, newNames)
  .map(([from, to, names]) => {
    const kept = to.tables.flatMap((table) => {
      const before = from.tables.find(({ name }) => name === table.name)
      return before ? [{ ...before, columns: Object.keys(table.columns).filter((column) => column in before.columns) }] : []
    })
    const renames = Object.entries(names).flatMap(([old, name]) => [
      ...kept.filter((table) => table.name === old).map(() => ({ from: old, to: name })),
      ...kept.filter(({ columns }) => columns.includes(old)).map((table) => ({ table: table.name, from: old, to: name })),
    ])
    const isRequested = (rename: Rename) => rename.from !== rename.to.toLowerCase()
    return { from, to: withNewNames(to, names), renames: renames.filter(isRequested) }
  })

/** Replaces whole words in all names and expressions. The names are no words of SQL or of the declaration. */
function withNewNames(schema: SchemaDeclaration, names: Readonly<Record<string, string>>): SchemaDeclaration {
  const quoted = (name: string) => (/^(order|group)$/.test(name) ? `"${name}"` : name)
  const words = new RegExp(`\\b(${Object.keys(names).join('|')})\\b`, 'g')
  if (Object.keys(names).length === 0) return schema
  // A name in a string, such as content='one', needs no quotes.
  const inSql = (sql: string) =>
    sql.replace(words, (word, _name, at: number) => (sql[at - 1] === "'" ? (names[word] ?? word) : quoted(names[word] ?? word)))
  const renamed = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return isName.has(key) ? (names[value] ?? value) : inSql(value)
    if (Array.isArray(value)) return value.map((each) => renamed(each, key))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [names[name] ?? name, renamed(item, name)]))
  }
  return renamed(schema) as SchemaDeclaration
}

/** The properties of a declaration that are names, not SQL. */
const isName = new Set(['name', 'table', 'column', 'primaryKey', 'references', 'columns'])

/** Drops the later of two indexes with the same name: index names are unique in a schema. */
function withoutSharedNames(tables: readonly TableDeclaration[]): TableDeclaration[] {
  const seen = new Set<string>()
  const isNew = ({ name }: IndexDeclaration) => !seen.has(name) && seen.add(name)
  return tables.map((declared) => ({ ...declared, indexes: declared.indexes?.filter(isNew) ?? [] }))
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function clean<T extends object>(record: T): Defined<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Defined<T>
}
