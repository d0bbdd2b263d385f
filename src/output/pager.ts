/** Holds output back until it is known whether it is longer than the screen, which only a pager shows well. */
import type { Io } from './io.ts'

/** In lines. A longer list is printed as it comes: it would take too much memory, and nobody reads it. */
const maxLines = 100_000

/** The command of the user's pager; undefined if there is to be none. */
function pagerCommand(env: Io['env']): string | undefined {
  const command = (env.MICROBLOG_PAGER ?? env.PAGER ?? 'less -FRX').trim()
  return command === '' || command === 'cat' ? undefined : command
}

export class HeldOutput {
  readonly #io: Io
  readonly #pager: NonNullable<Io['pager']>
  readonly #command: string
  readonly #blocks: string[] = []
  readonly #notes: string[] = []
  #lines = 0

  constructor(io: Io, pager: NonNullable<Io['pager']>, command: string) {
    this.#io = io
    this.#pager = pager
    this.#command = command
  }

  /** Undefined where there is no terminal, or no pager wanted. */
  static begin(io: Io): HeldOutput | undefined {
    const command = pagerCommand(io.env)
    return io.pager && command !== undefined ? new HeldOutput(io, io.pager, command) : undefined
  }

  /** Whether there are now too many lines for a pager. */
  add(text: string): boolean {
    this.#blocks.push(text)
    // A line that the terminal wraps counts as several.
    const width = this.#io.stdout.columns
    for (const line of text.split('\n')) this.#lines += Math.max(1, Math.ceil(line.length / width))
    this.#lines--
    return this.#lines > maxLines
  }

  /** For stderr, after the list: in front of it the pager would hide it. */
  addNote(text: string): void {
    this.#notes.push(text)
  }

  /** Show what was held back: in the pager if it is longer than the screen and the pager can be run, else plainly. */
  release(): void {
    const text = this.#blocks.join('')
    // The last line of the screen is for the next prompt.
    const isLong = this.#lines >= this.#pager.rows && this.#lines <= maxLines && !text.includes('\0')
    if (!isLong || !this.#pager.run(this.#command, text)) this.#io.stdout.write(text)
    for (const note of this.#notes) this.#io.stderr.write(note)
  }
}
