/** What every output format is: a way to turn a stream of rows into a stream of text. One file each, all listed in `formats.ts`. */
import type { Style } from './style.ts'

export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** The list to be written. `rows` come in chunks; `fields` says which of their values, in which order. */
export interface List {
  readonly fields: readonly string[]
  readonly rows: AsyncIterable<readonly Row[]>
}

export interface FormatOptions {
  readonly header: boolean
  /** What ends a line: a newline, or NUL with `-0`. */
  readonly end: string
  /** Width of the terminal in columns. */
  readonly columns: number
  readonly style: Style
}

/** Yields blocks of text, the first as soon as the first rows are there. */
export type Format = (list: List, options: FormatOptions) => AsyncGenerator<string>
