/**
 * A schema as it is compared. Every rule is a short text in one spelling, so two schemas are alike when their texts are.
 * It is kept apart from where it was written: `a UNIQUE` and `UNIQUE (a)` are the same rule of the same table.
 */
export interface Snapshot {
  readonly tables: readonly Table[]
  readonly virtualTables: readonly Definition[]
  readonly views: readonly Definition[]
  readonly triggers: readonly Trigger[]
}

/** What is its whole statement and nothing else. */
export interface Definition {
  readonly name: string
  /** The statement, to be run. */
  readonly sql: string
  /** The statement, to be compared. */
  readonly rule: string
}

export interface Trigger extends Definition {
  /** The table or view it belongs to, and goes with. */
  readonly table: string
}

export interface Index extends Definition {}

export interface Column {
  readonly name: string
  readonly type: string
  /** '' where NULL is allowed; `NOT NULL`, with its conflict clause. */
  readonly notNull: string
  /** An expression to be run, or null. */
  readonly default: string | null
  readonly defaultRule: string
  readonly collate: string
  /** '' for a column that is stored as given; the expression and STORED or VIRTUAL. */
  readonly generated: string
  /** As written in CREATE TABLE. */
  readonly sql: string
  /** The definition, to be compared, with the column's own name left out wherever it stands. */
  readonly anonymousDefinition: string
}

export const isStored = ({ generated }: Column): boolean => generated === ''

/** A CHECK, UNIQUE or FOREIGN KEY. */
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
  /** The column that is the rowid itself (https://sqlite.org/lang_createtable.html#rowid), or undefined. */
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
