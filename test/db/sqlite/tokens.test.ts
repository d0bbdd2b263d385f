import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitStatements, tokenize } from '../../../src/db/sqlite/tokens.ts'

describe('tokenize', () => {
  it.each([
    [`"a;""b"`, 'quoted'],
    ['[a;b]', 'quoted'],
    ['`a;``b`', 'quoted'],
    ["'it''s;'", 'string'],
    ["x'3b'", 'blob'],
    ['1_000.5e-3', 'number'],
    ['0xFf', 'number'],
    ['é_1', 'word'],
    [':name', 'variable'],
    ['->>', 'operator'],
  ])('reads %s as one %s token', (text, kind) => {
    expect(tokenize(text)).toEqual([{ kind, text, start: 0, line: 1 }])
  })

  it.each([
    ["'", "'"],
    ['"', '"'],
    ['`', '`'],
    ['[', ']'],
    ['/*', '*/'],
    ['--', ''],
  ])('reads millions of characters between %s and %s', (open, close) => {
    expect(tokenize(`1 ${open}${'long '.repeat(2_000_000)}${close}`)[0]).toMatchObject({ text: '1' })
  })

  it.each([
    ['t\u00a0', ['t\u00a0']],
    ['\u2003t', ['\u2003t']],
    ['a\ufeffb', ['a\ufeffb']],
    ['a \ufeffb', ['a', 'b']],
    ['a\f\t\r\n \vb', ['a', 'b']],
  ])('takes for white space in %j what SQLite takes for it', (sql, texts) => {
    expect(tokenize(sql).map(({ text }) => text)).toEqual(texts)
  })

  it('counts lines through comments and strings', () => {
    expect(tokenize("/* \n */ 'a\nb' -- c\nd").map(({ line }) => line)).toEqual([2, 4])
  })

  it('gives the position of each token in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'\'"`[]-/*; \n\taBx1.:|é') }), (sql) => {
        for (const { text, start } of tokenize(sql)) expect(sql.slice(start, start + text.length)).toBe(text)
      }),
    )
  })
})

describe('splitStatements', () => {
  it('drops empty statements', () => {
    expect(splitStatements(';; SELECT 1 ;\n; -- end\n').map(({ sql }) => sql)).toEqual(['SELECT 1'])
  })

  it('accepts a last statement without a semicolon', () => {
    expect(splitStatements('SELECT 1; SELECT 2').map(({ sql }) => sql)).toEqual(['SELECT 1', 'SELECT 2'])
  })

  it('does not split inside an unterminated string', () => {
    expect(splitStatements("SELECT 'a; b").map(({ sql }) => sql)).toEqual(["SELECT 'a; b"])
  })
})
