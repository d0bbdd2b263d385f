/**
 * A schema in a form that can be compared. A `rule` is a definition in canonical spelling: equal definitions have equal rules.
 * Column constraints and table constraints are not distinguished: `a UNIQUE` and `UNIQUE (a)` have the same rule.
 */
export interface Snapshot {
  readonly tables: readonly Table[]
  readonly virtualTables: readonly Definition[]
  readonly views: readonly Definition[]
  readonly triggers: readonly Trigger[]
}

/** A schema object that is defined by one CREATE statement. */
export interface Definition {
  readonly name: string
  /** The statement as written, to run. */
  readonly sql: string
  /** The definition in canonical spelling, to compare. */
  readonly rule: string
}

export interface Trigger extends Definition {
  /** The table or view that it belongs to. Dropping that drops the trigger too. */
  readonly table: string
}

export interface Index extends Definition {}

export interface Column {
  readonly name: string
  readonly type: string
  /** '' if NULL is allowed, otherwise `NOT NULL` and its conflict clause. */
  readonly notNull: string
  /** The default expression as written, or null. */
  readonly default: string | null
  /** The default in canonical spelling, or ''. */
  readonly defaultRule: string
  readonly collate: string
  /** '' for an ordinary column, otherwise the expression and STORED or VIRTUAL. */
  readonly generated: string
  /** The definition as written in CREATE TABLE. */
  readonly sql: string
  /** The definition in canonical spelling with the column's own name replaced by `?`. It does not change in a rename. */
  readonly anonymousDefinition: string
}

/** Whether a column is ordinary, not generated. */
export const isStored = ({ generated }: Column): boolean => generated === ''

/** A PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY. */
export interface Constraint {
  readonly columns: readonly string[]
  readonly rule: string
}

export interface ForeignKey extends Constraint {
  readonly table: string
  readonly references: readonly string[]
}

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly primaryKey: Constraint
  /** The column that is an alias of the rowid (https://sqlite.org/lang_createtable.html#rowid), or undefined. */
  readonly rowidAlias: string | undefined
  readonly checks: readonly Constraint[]
  readonly uniques: readonly Constraint[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly isAutoincrement: boolean
  readonly isStrict: boolean
  readonly isWithoutRowid: boolean
  readonly indexes: readonly Index[]
  /** Each column definition and table constraint, as written. */
  readonly elements: readonly string[]
}

export interface Named {
  readonly name: string
}
