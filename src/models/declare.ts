/**
 * Declares tables in TypeScript. Kysely's `Database` type is inferred from a declaration, and `db migrate`
 * renders it to SQL and compares it with the migration files. This file does not depend on microblog's
 * own tables and opens no database.
 */
import type { ColumnType } from 'kysely'

/** What SQLite does to the child rows when the parent row is deleted or its key changes. */
export type ForeignKeyAction = 'CASCADE' | 'RESTRICT' | 'SET NULL' | 'SET DEFAULT' | 'NO ACTION'

export interface Reference {
  readonly table: string
  readonly column: string
  readonly onDelete?: ForeignKeyAction
  readonly onUpdate?: ForeignKeyAction
  /** Checked at COMMIT instead of at the statement: DEFERRABLE INITIALLY DEFERRED. */
  readonly deferred?: boolean
}

/**
 * A CHECK: an SQL expression, which may have a name for error messages. A name alone is no change of the schema: a table gets it when it
 * is created or rebuilt.
 */
export type CheckDeclaration = string | { readonly name: string; readonly expression: string }

/** One column, as plain data. `default`, `checks` and `generated.as` are SQL expressions, copied into the DDL as they are. */
export interface ColumnDeclaration {
  readonly type: string
  readonly notNull?: boolean
  readonly primaryKey?: boolean
  readonly autoincrement?: boolean
  readonly unique?: boolean
  readonly default?: string
  readonly collate?: string
  readonly checks?: readonly CheckDeclaration[]
  readonly references?: Reference
  readonly generated?: { readonly as: string; readonly stored: boolean }
}

/** An index. Each item of `on` is the SQL of a column or an expression, with its COLLATE and DESC. */
export interface IndexDeclaration {
  readonly name: string
  readonly on: readonly string[]
  readonly unique?: boolean
  readonly where?: string
}

export interface ForeignKeyDeclaration {
  readonly columns: readonly string[]
  readonly table: string
  readonly references: readonly string[]
  readonly onDelete?: ForeignKeyAction
  readonly onUpdate?: ForeignKeyAction
  readonly deferred?: boolean
}

/** Table constraints, table options and indexes. */
export interface TableOptions {
  readonly primaryKey?: readonly string[]
  readonly unique?: readonly (readonly string[])[]
  readonly checks?: readonly CheckDeclaration[]
  readonly foreignKeys?: readonly ForeignKeyDeclaration[]
  readonly strict?: boolean
  readonly withoutRowid?: boolean
  readonly indexes?: readonly IndexDeclaration[]
}

export interface TableDeclaration extends TableOptions {
  readonly name: string
  readonly columns: Readonly<Record<string, ColumnDeclaration>>
}

/** A view, trigger or virtual table: the whole CREATE statement, as SQLite stores it. */
export interface StatementDeclaration {
  readonly name: string
  readonly sql: string
}

export interface SchemaDeclaration {
  readonly tables: readonly TableDeclaration[]
  readonly virtualTables?: readonly StatementDeclaration[]
  readonly views?: readonly StatementDeclaration[]
  readonly triggers?: readonly StatementDeclaration[]
}

/**
 * Builds a column: `T` is its JavaScript type, `Null` says whether it is nullable, and
 * `Default` whether an insert may omit it. Each method returns a new column.
 */
export class Column<T, Null extends boolean = true, Default extends boolean = false> {
  /** Carries the type parameters; there is no such property at run time. */
  declare readonly $type: { value: T; null: Null; default: Default }
  readonly declaration: ColumnDeclaration

  constructor(declaration: ColumnDeclaration) {
    this.declaration = declaration
  }

  notNull(): Column<T, false, Default> {
    return new Column({ ...this.declaration, notNull: true })
  }

  /** The primary key. An INTEGER key is SQLite's rowid, assigned automatically; with `autoincrement` a number is never reused. */
  primaryKey(options: { autoincrement?: boolean } = {}): Column<T, false, T extends number ? true : Default> {
    return new Column({ ...this.declaration, ...options, primaryKey: true })
  }

  unique(): Column<T, Null, Default> {
    return new Column({ ...this.declaration, unique: true })
  }

  /** A SQL expression: `0`, `'draft'`, `(unixepoch())`. */
  default(expression: string): Column<T, Null, true> {
    return new Column({ ...this.declaration, default: expression })
  }

  collate(collation: string): Column<T, Null, Default> {
    return new Column({ ...this.declaration, collate: collation })
  }

  /** An SQL expression that no row may make false. Error messages show its name or, without one, the expression. */
  check(expression: string, name?: string): Column<T, Null, Default> {
    const check = name === undefined ? expression : { name, expression }
    return new Column({ ...this.declaration, checks: [...(this.declaration.checks ?? []), check] })
  }

  references(table: string, column: string, actions: Pick<Reference, 'onDelete' | 'onUpdate' | 'deferred'> = {}): Column<T, Null, Default> {
    return new Column({ ...this.declaration, references: { table, column, ...actions } })
  }

  /** A generated column: SQLite computes it from the other columns, and an insert cannot set it. */
  generatedAs(expression: string, { stored = false } = {}): Column<T, Null, true> {
    return new Column({ ...this.declaration, generated: { as: expression, stored } })
  }
}

export const integer = (): Column<number> => new Column({ type: 'INTEGER' })
export const text = (): Column<string> => new Column({ type: 'TEXT' })
export const real = (): Column<number> => new Column({ type: 'REAL' })
export const blob = (): Column<Uint8Array> => new Column({ type: 'BLOB' })

type Columns = Readonly<Record<string, Column<unknown, boolean, boolean>>>

type KyselyColumn<C> =
  C extends Column<infer T, infer Null, infer Default>
    ? ColumnType<
        Null extends true ? T | null : T,
        Null extends true ? T | null | undefined : Default extends true ? T | undefined : T,
        Null extends true ? T | null : T
      >
    : never

/** A declared table together with the types of its columns. */
export interface Table<Name extends string, C extends Columns> extends TableDeclaration {
  readonly name: Name
  /** Carries the column types; there is no such property at run time. */
  readonly $columns?: C
}

/** Kysely's interface for one declared table: `UserTable = InferTable<typeof users>`. */
export type InferTable<T> = T extends Table<string, infer C> ? { [K in keyof C]: KyselyColumn<C[K]> } : never

/** Declare a table. `columns` are in the order of the DDL. */
export function table<const Name extends string, C extends Columns>(name: Name, columns: C, options: TableOptions = {}): Table<Name, C> {
  const declarations = Object.entries(columns).map(([column, { declaration }]) => [column, declaration])
  return { name, columns: Object.fromEntries(declarations), ...options }
}
