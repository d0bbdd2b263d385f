/** One record as its format gives it, before anybody asks what the columns mean. */
import { RefusedError } from '../errors.ts'

/** The cells of a line, the members of an object, or what is wrong with it. */
export type Row =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly members: Readonly<Record<string, unknown>> }
  | Fault

export interface Fault {
  readonly line: number
  readonly fault: string
}

/** Input that cannot be read any further than `line`. */
export class RecordError extends RefusedError {
  readonly line: number

  constructor(line: number, fault: string) {
    super(fault)
    this.line = line
  }
}
