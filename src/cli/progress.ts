/** The progress line of an import on stderr. It is drawn only on a terminal. */
import type { Output } from '../output/io.ts'

/** Milliseconds between two updates of the line. */
const redrawInterval = 100

const formatCount = (count: number): string => Math.round(count).toLocaleString('en')

export class Progress {
  readonly #output: Output | undefined
  readonly #start = Date.now()
  #drawn = this.#start

  /** Draws nothing if `output` is undefined or not a terminal. */
  constructor(output: Output | undefined) {
    this.#output = output?.isTerminal ? output : undefined
  }

  /** Show the rows read so far and, if the size of the input is known, the time left; `fraction` is the part read, from 0 to 1. */
  reading(rows: number, fraction: number | undefined): void {
    const seconds = (Date.now() - this.#start) / 1000
    const left = fraction ? `, ${formatCount((seconds * (1 - fraction)) / fraction)} s left` : ''
    this.#draw(`reading: ${formatCount(rows)} rows, ${formatCount(rows / seconds)} a second${left}`)
  }

  writing(rows: number): void {
    this.#draw(`writing: ${formatCount(rows)} rows`)
  }

  /** Clear the line. */
  end(): void {
    if (this.#drawn > this.#start) this.#output?.write('\r\u001b[K')
    this.#drawn = this.#start
  }

  #draw(text: string): void {
    if (!this.#output || Date.now() - this.#drawn < redrawInterval) return
    this.#output.write(`\r${text}\u001b[K`)
    this.#drawn = Date.now()
  }
}
