/** Renders the declared schema as SQL. */

import { RefusedError } from '../../../errors.ts'
import { foldCase } from '../../../fold-case.ts'
import type {
  CheckDeclaration,
  ColumnDeclaration,
  ForeignKeyDeclaration,
  IndexDeclaration,
  SchemaDeclaration,
  TableDeclaration,
} from '../../../models/declare.ts'
import { identifier, identifiers } from '../sql-text.ts'
import { TokenCursor } from '../token-cursor.ts'
import { splitStatements, textOf, tokenize } from '../tokens.ts'
import { inDependencyOrder } from './dependency-order.ts'
import { isSameName } from './match.ts'

/** The statements that create the declared schema: parent tables before child tables, each table followed by its indexes. */
export function renderSchema(schema: SchemaDeclaration): string[] {
  const { tables, virtualTables = [], views = [], triggers = [] } = schema
  return [
    ...inDependencyOrder(tables, parents).flatMap((table) => [renderTable(table), ...renderIndexes(table)]),
    ...[...virtualTables, ...views, ...triggers].map(({ name, sql }) => onlyStatement(name, sql)),
  ]
}

const parents = ({ columns, foreignKeys = [] }: TableDeclaration): string[] =>
  [...Object.values(columns).flatMap(({ references }) => references ?? []), ...foreignKeys].map(({ table }) => table)

function renderTable(table: TableDeclaration): string {
  const columns = Object.entries(table.columns).map(([name, column]) => {
    const notNull = column.notNull || isKeyWithNull(table, name, column)
    return [identifier(name), ...columnClauses({ ...column, notNull })].join(' ')
  })
  return createTable(table.name, [...columns, ...tableConstraints(table)], table)
}

/**
 * Whether this column of the primary key would take NULL, as SQLite allows for compatibility with its early versions
 * (https://sqlite.org/lang_createtable.html#the_primary_key). An INTEGER key is numbered instead.
 */
function isKeyWithNull({ primaryKey = [], withoutRowid }: TableDeclaration, name: string, column: ColumnDeclaration): boolean {
  const isKey = column.primaryKey === true || primaryKey.some((key) => isSameName(key, name))
  const isRowid = primaryKey.length < 2 && foldCase(column.type) === 'integer'
  return isKey && !isRowid && !withoutRowid
}

/** CREATE TABLE with one line for each column and constraint. */
export function createTable(name: string, elements: readonly string[], options: { strict?: boolean; withoutRowid?: boolean }): string {
  const words = [options.strict ? 'STRICT' : [], options.withoutRowid ? 'WITHOUT ROWID' : []].flat().join(', ')
  return `CREATE TABLE ${identifier(name)} (\n  ${elements.join(',\n  ')}\n)${words && ` ${words}`}`
}

function columnClauses(column: ColumnDeclaration): string[] {
  const { references, generated } = column
  return [
    column.type,
    column.primaryKey ? 'PRIMARY KEY' : [],
    column.autoincrement ? 'AUTOINCREMENT' : [],
    column.notNull ? 'NOT NULL' : [],
    column.unique ? 'UNIQUE' : [],
    column.default === undefined ? [] : `DEFAULT ${defaultValue(column.default)}`,
    column.collate ? `COLLATE ${identifier(column.collate)}` : [],
    (column.checks ?? []).map(check),
    references ? renderReference({ ...references, columns: [], references: [references.column] }) : [],
    generated ? `GENERATED ALWAYS AS (${generated.as}) ${generated.stored ? 'STORED' : 'VIRTUAL'}` : [],
  ].flat()
}

/** After DEFAULT, any expression other than a literal or a signed number needs parentheses. */
function defaultValue(expression: string): string {
  const cursor = new TokenCursor(tokenize(expression))
  const isParenthesized = cursor.group().length > 0 && cursor.isDone
  const [sign, ...rest] = tokenize(expression)
  const isLiteral = rest.length === 0 || (rest.length === 1 && /^[+-]$/.test(sign?.text ?? ''))
  return isParenthesized || isLiteral ? expression : `(${expression})`
}

const tableConstraints = ({ primaryKey, unique = [], checks = [], foreignKeys = [] }: TableDeclaration): string[] => [
  ...(primaryKey ? [`PRIMARY KEY (${identifiers(primaryKey)})`] : []),
  ...unique.map((columns) => `UNIQUE (${identifiers(columns)})`),
  ...checks.map(check),
  ...foreignKeys.map((key) => `FOREIGN KEY (${identifiers(key.columns)}) ${renderReference(key)}`),
]

const check = (declared: CheckDeclaration): string =>
  typeof declared === 'string' ? `CHECK (${declared})` : `CONSTRAINT ${identifier(declared.name)} CHECK (${declared.expression})`

const renderReference = ({ table, references, onDelete, onUpdate, deferred }: ForeignKeyDeclaration): string =>
  [
    `REFERENCES ${identifier(table)} (${identifiers(references)})`,
    onDelete ? `ON DELETE ${onDelete}` : [],
    onUpdate ? `ON UPDATE ${onUpdate}` : [],
    deferred ? 'DEFERRABLE INITIALLY DEFERRED' : [],
  ]
    .flat()
    .join(' ')

const renderIndexes = ({ name, indexes = [] }: TableDeclaration): string[] => indexes.map((index) => renderIndex(name, index))

/** CREATE INDEX, spelled as in the migration files. */
export const renderIndex = (table: string, { name, on, unique, where }: IndexDeclaration): string =>
  `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${identifier(name)} ON ${identifier(table)} (${on.join(', ')})${where ? ` WHERE ${where}` : ''}`

function onlyStatement(name: string, sql: string): string {
  const [statement, ...others] = splitStatements(sql)
  if (!statement || others.length > 0)
    throw new RefusedError(`the declaration of '${name}' is not one statement`, 'correct it in src/models/schema.ts')
  return textOf(tokenize(statement.sql), statement.sql)
}
