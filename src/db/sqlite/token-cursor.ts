/** Reads tokens from left to right, and splits them at commas. */
import { isKeyword, type Token } from './tokens.ts'

export class TokenCursor {
  readonly #tokens: readonly Token[]
  #position = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get isDone(): boolean {
    return this.#position >= this.#tokens.length
  }

  peek(): Token | undefined {
    return this.#tokens[this.#position]
  }

  next(): Token | undefined {
    return this.#tokens[this.#position++]
  }

  /** Advance past these keywords if they come next, and return whether they did. */
  accept(...words: readonly string[]): boolean {
    const isNext = words.every((word, offset) => isKeyword(this.#tokens[this.#position + offset], word))
    if (isNext) this.#position += words.length
    return isNext
  }

  /** Advance past a parenthesized group and return the tokens inside. Return an empty list if no `(` comes next. */
  group(): Token[] {
    const start = this.#position
    if (this.peek()?.text !== '(') return []
    let depth = 0
    do {
      const text = this.next()?.text
      if (text === '(') depth++
      if (text === ')') depth--
    } while (depth > 0 && !this.isDone)
    return this.#tokens.slice(start + 1, this.#position - 1)
  }

  rest(): readonly Token[] {
    return this.#tokens.slice(this.#position)
  }
}

/** The positions of the tokens outside parentheses, and of the opening parentheses there. */
export function outerPositions(tokens: readonly Token[]): number[] {
  const outer: number[] = []
  let depth = 0
  tokens.forEach(({ text }, position) => {
    if (depth === 0) outer.push(position)
    if (text === '(') depth++
    if (text === ')') depth--
  })
  return outer
}

/** Split at the commas that are outside parentheses. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const commas = outerPositions(tokens).filter((position) => tokens[position]?.text === ',')
  return [...commas, tokens.length].map((end, i) => tokens.slice(i === 0 ? 0 : (commas[i - 1] ?? 0) + 1, end))
}
