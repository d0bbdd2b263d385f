/** What is wrong with the input: the first faults in words, the others as a number. */
import type { Context } from '../../context.ts'
import { MicroblogError } from '../../errors.ts'
import { placeOf, type Source } from '../../input/source.ts'

const shown = 20

export class Faults {
  readonly #source: Pick<Source, 'path'>
  readonly #first: MicroblogError[] = []
  count = 0

  constructor(source: Pick<Source, 'path'>) {
    this.#source = source
  }

  /** Note what is wrong in `line`. */
  add(line: number, { message, exitCode, hint }: MicroblogError): void {
    this.count++
    if (this.#first.length < shown) this.#first.push(new MicroblogError(placeOf(this.#source, line) + message, exitCode, hint))
  }

  /** With `--keep-going`: the faults are told, and the exit code will be 1. */
  async report(context: Context): Promise<void> {
    for (const fault of this.#first) await context.fault(fault)
    if (this.#others > 0) context.note(this.#rest)
  }

  /** All faults as one error, if there are any. */
  refuse(): void {
    const [first] = this.#first
    if (!first) return
    if (this.count === 1) throw first
    const lines = this.#first.map(({ message }) => message)
    if (this.#others > 0) lines.push(this.#rest)
    throw new MicroblogError(`${this.count.toLocaleString('en')} faults: nothing was imported`, first.exitCode, lines.join('\n'))
  }

  get #others(): number {
    return this.count - this.#first.length
  }

  get #rest(): string {
    return `and ${this.#others.toLocaleString('en')} more`
  }
}
