import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLines } from '../../src/input/lines.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

async function* chunked(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < data.length; start += size) yield data.subarray(start, start + size)
}

async function textsOf(data: string | Uint8Array, { size = 65_536, separator = '\n' as '\n' | '\0' } = {}): Promise<string[]> {
  const texts: string[] = []
  for await (const { text } of readLines(chunked(typeof data === 'string' ? bytes(data) : data, size), separator)) texts.push(text)
  return texts
}

describe('readLines', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb', ['a', '', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['a\rb', ['a\rb']],
    ['\uFEFFa\n', ['a']],
    ['a\n\uFEFFb', ['a', '\uFEFFb']],
  ])('reads %j', async (text, lines) => {
    expect(await textsOf(text)).toEqual(lines)
  })

  it('numbers lines from 1 and counts blank lines', async () => {
    const numbers: number[] = []
    for await (const { number } of readLines(chunked(bytes('a\n\nb'), 2))) numbers.push(number)
    expect(numbers).toEqual([1, 2, 3])
  })

  it('reads the same lines from chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n', '\r\n', '\uFEFF') }),
        fc.integer({ min: 1, max: 9 }),
        async (text, size) => {
          expect(await textsOf(text, { size })).toEqual(await textsOf(text))
        },
      ),
    )
  })

  it('splits joined lines into the original lines', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '\t') })), async (lines) => {
        expect(await textsOf(lines.map((line) => `${line}\n`).join(''))).toEqual(lines)
      }),
    )
  })

  it('keeps newlines in records that end in NUL', async () => {
    expect(await textsOf('a\nb\0c\r\0', { separator: '\0' })).toEqual(['a\nb', 'c\r'])
  })

  it('accepts a line of 1 MiB and refuses one byte more', async () => {
    const longest = 'x'.repeat(1024 * 1024)
    expect(await textsOf(`${longest}\n`)).toEqual([longest])
    await expect(textsOf(`a\n${longest}x`)).rejects.toThrow('line 2: longer than 1 MiB')
  })

  it('refuses an endless line after reading little more than 1 MiB', async () => {
    let chunks = 0
    const endless = (async function* () {
      for (;;) {
        chunks++
        yield new Uint8Array(65_536).fill(120)
      }
    })()
    await expect(readLines(endless).next()).rejects.toThrow('line 1: longer than 1 MiB')
    expect(chunks).toBeLessThan(20)
  })

  it.each([
    ['an invalid byte', [0xff]],
    ['an overlong encoding', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['half a character at the end', [0xc3]],
  ])('refuses %s', async (_what, wrong) => {
    await expect(textsOf(Uint8Array.from([0x61, 0x0a, ...wrong]))).rejects.toThrow('line 2: not valid UTF-8')
  })

  it('refuses a NUL where lines end in newlines', async () => {
    await expect(textsOf('a\0b\n')).rejects.toThrow('line 1: contains a NUL character')
  })
})
