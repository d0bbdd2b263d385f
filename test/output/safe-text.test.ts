import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonText } from '../../src/output/json.ts'
import { escapeField, safeLines, safeText } from '../../src/output/safe-text.ts'

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
  unit: fc.constantFrom(
    '\\',
    '\\u{1b}',
    'n',
    '\t',
    '\n',
    '\r',
    '\u001b',
    '\u202e',
    '\ufeff',
    '\ud800',
    '{',
    '😀',
    '👩',
    '\u200d',
    '\u{e0067}',
    'क',
  ),
})

describe('escaped text', () => {
  it('differs from the original only in unsafe characters', () => {
    const changed = everyCode.filter((code) => safeText(String.fromCodePoint(code)) !== String.fromCodePoint(code))
    expect(changed).toEqual(everyCode.filter(isUnsafe))
  })

  it('keeps surrogate pairs and escapes lone surrogates', () => {
    expect(safeText('😀\ud83d')).toBe('😀\\u{d83d}')
  })

  it.each([
    ['a letter and a sign of Hindi', 'क्\u200dष'],
    ['two letters of Persian', 'می\u200cخواهم'],
    ['two pictographs', '👩\u200d💻'],
    ['pictographs with a skin tone or a variation selector', '👩🏽\u200d💻 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈'],
    ['a family', '👨\u200d👩\u200d👧\u200d👦'],
    ['the tags of a flag', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
  ])('keeps a joiner between %s', (_what, text) => {
    expect({ safe: safeText(text), field: escapeField(text), lines: safeLines(text) }).toEqual({ safe: text, field: text, lines: text })
    expect(JSON.parse(jsonText(text))).toBe(text)
  })

  it.each([
    ['alone', '\u200d', '\\u{200d}'],
    ['at the beginning', '\u200cab', '\\u{200c}ab'],
    ['at the end', '👩\u200d', '👩\\u{200d}'],
    ['repeated', 'a\u200d\u200db', 'a\\u{200d}\\u{200d}b'],
    ['beside a blank', 'a\u200c b', 'a\\u{200c} b'],
    ['beside a letter only', 'a\u200d💻', 'a\\u{200d}💻'],
    ['of another kind', 'a\u200bb\u2060c', 'a\\u{200b}b\\u{2060}c'],
    ['tags after another picture', '🎉\u{e0067}\u{e007f}', '🎉\\u{e0067}\\u{e007f}'],
    ['tags that are no flag', '🏴\u{e0067}', '🏴\\u{e0067}'],
    ['more tags than a flag has', `🏴${'\u{e0067}'.repeat(7)}\u{e007f}`, `🏴${'\\u{e0067}'.repeat(7)}\\u{e007f}`],
    ['tags after those of a flag', `🏴${'\u{e0067}'.repeat(3)}\u{e007f}\u{e0067}`, `🏴${'\\u{e0067}'.repeat(3)}\\u{e007f}\\u{e0067}`],
  ])('shows an invisible character %s', (_where, text, shown) => {
    expect(safeText(text)).toBe(shown)
    expect(unescaped(escapeField(text))).toBe(text)
  })

  it('keeps only newlines and tabs of several lines', () => {
    expect(safeLines('a\tb\r\nc\n\u001b[2J\rd')).toBe('a\tb\nc\n\\u{1b}[2J\\rd')
  })

  it.each([anyText, nastyText])('can be unescaped from a field', (text) => {
    fc.assert(fc.property(text, (value) => void expect(unescaped(escapeField(value))).toBe(value)))
  })

  it.each([anyText, nastyText])('can be parsed from JSON, which contains no unsafe characters', (text) => {
    fc.assert(
      fc.property(text, (value) => {
        const json = jsonText({ value })
        expect(JSON.parse(json)).toEqual({ value })
        expect(safeLines(json)).toBe(json)
      }),
    )
  })

  it('contains no tab or newline in a field', () => {
    fc.assert(fc.property(nastyText, (value) => void expect(escapeField(value)).not.toMatch(/[\t\n\r]/)))
  })
})
