/** Pseudo-random numbers that are the same on every machine: sfc32 by Chris Doty-Humphrey (PractRand). */
export interface Random {
  /** An integer from 0 to `limit` - 1. `limit` must be below 2^32. */
  below(limit: number): number
  /** A number of at least 0 and less than 1. */
  fraction(): number
}

export function random(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let i = 0; i < 15; i++) next()
  const fraction = () => next() / 4_294_967_296
  return { fraction, below: (limit) => Math.floor(fraction() * limit) }
}
