import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonText } from '../../src/output/json.ts'
import { escapeField, safeText } from '../../src/output/safe-text.ts'

const ranges: [first: number, last: number][] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x61c, 0x61c],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
]
const isUnsafe = (code: number) => (code >= 0xd800 && code <= 0xdfff) || ranges.some(([first, last]) => code >= first && code <= last)
const everyCode = Array.from({ length: 0x110000 }, (_, code) => code)

/** Undoes the escapes of plain and tsv, as a reader of the output would. */
const unescaped = (text: string) =>
  text.replace(/\\(?:u\{([0-9a-f]+)\}|(.))/g, (_all, code?: string, letter = '') =>
    code ? String.fromCodePoint(Number.parseInt(code, 16)) : ({ t: '\t', n: '\n', r: '\r', '\\': '\\' }[letter as string] ?? '?'),
  )

const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)) })
const nastyText = fc.string({
  unit: fc.constantFrom('\\', '\\u{1b}', 'n', '\t', '\n', '\r', '\u001b', '\u202e', '\ufeff', '\ud800', '{', '😀'),
})

describe('escaped text', () => {
  it('differs from the original only in unsafe characters', () => {
    const changed = everyCode.filter((code) => safeText(String.fromCodePoint(code)) !== String.fromCodePoint(code))
    expect(changed).toEqual(everyCode.filter(isUnsafe))
  })

  it('keeps surrogate pairs and escapes lone surrogates', () => {
    expect(safeText('😀\ud83d')).toBe('😀\\u{d83d}')
  })

  it.each([anyText, nastyText])('can be unescaped from a field', (text) => {
    fc.assert(fc.property(text, (value) => void expect(unescaped(escapeField(value))).toBe(value)))
  })

  it.each([anyText, nastyText])('can be parsed from JSON, which contains no unsafe characters', (text) => {
    fc.assert(
      fc.property(text, (value) => {
        const json = jsonText({ value })
        expect(JSON.parse(json)).toEqual({ value })
        expect([...json].some((character) => isUnsafe(character.codePointAt(0) ?? 0))).toBe(false)
      }),
    )
  })

  it('contains no tab or newline in a field', () => {
    fc.assert(fc.property(nastyText, (value) => void expect(escapeField(value)).not.toMatch(/[\t\n\r]/)))
  })
})
