/** The interface of an output format: it turns a stream of rows into a stream of text. One file each, all listed in `formats.ts`. */
import type { Style } from './style.ts'

export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** The list to write. `rows` come in chunks; `fields` are the values to write, in order. */
export interface List {
  readonly fields: readonly string[]
  readonly rows: AsyncIterable<readonly Row[]>
  /** How many rows there are without `--limit` and `--offset`, given how many were printed. */
  readonly total?: (printed: number) => Promise<number>
}

export interface FormatOptions {
  readonly header: boolean
  /** The line terminator: a newline, or NUL with `-0`. */
  readonly end: string
  /** Width in columns, of a terminal or as the user set it; otherwise infinite. */
  readonly columns: number
  readonly style: Style
}

/** Yields blocks of text, the first as soon as the first rows arrive. */
export type Format = (list: List, options: FormatOptions) => AsyncGenerator<string>
