/** How far an import is, on one line of stderr that is drawn again and again: only for a person at a terminal. */
import type { Output } from '../../output/io.ts'

/** Milliseconds between two drawings. */
const redrawInterval = 100

const formatCount = (count: number): string => Math.round(count).toLocaleString('en')

export class Progress {
  readonly #output: Output | undefined
  readonly #start = Date.now()
  #drawn = this.#start

  /** Without an output nothing is drawn. */
  constructor(output: Output | undefined) {
    this.#output = output?.isTerminal ? output : undefined
  }

  /** Rows read so far, and which part of the input that is, if its size is known. */
  reading(rows: number, fraction: number | undefined): void {
    const seconds = (Date.now() - this.#start) / 1000
    const left = fraction ? `, ${formatCount((seconds * (1 - fraction)) / fraction)} s left` : ''
    this.#draw(`reading: ${formatCount(rows)} rows, ${formatCount(rows / seconds)} a second${left}`)
  }

  writing(rows: number): void {
    this.#draw(`writing: ${formatCount(rows)} rows`)
  }

  /** Leave the line empty for what is printed next. */
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
