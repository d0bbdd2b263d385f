/** A row as parsed from its format, before columns are mapped to fields. */
import { RefusedError } from '../errors.ts'

/** The values of a line, in the order of its columns. */
export interface RowOfValues {
  readonly line: number
  readonly values: readonly string[]
}

/** The members of an object. */
export interface RowOfMembers {
  readonly line: number
  readonly members: Readonly<Record<string, unknown>>
}

/** What is wrong with a line. */
export interface Fault {
  readonly line: number
  readonly fault: string
}

export type Row = RowOfValues | RowOfMembers | Fault

/** Thrown if input cannot be read beyond `line`. */
export class RecordError extends RefusedError {
  readonly line: number

  constructor(line: number, fault: string, hint?: string) {
    super(fault, hint)
    this.line = line
  }
}
