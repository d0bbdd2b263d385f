import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Row } from '../../src/output/format.ts'
import { type FormatName, formatNames, formats } from '../../src/output/formats.ts'
import { loadStyle } from '../../src/output/style.ts'
import { loadStringWidth } from '../../src/output/width.ts'

const stringWidth = await loadStringWidth()

async function* inChunks(rows: readonly Row[], size: number): AsyncGenerator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}

const blocks = async (format: FormatName, rows: AsyncIterable<readonly Row[]>, fields: readonly string[], more = {}) =>
  formats[format]({ fields, rows }, { header: true, end: '\n', columns: 80, style: await loadStyle(false), ...more })

async function write(format: FormatName, rows: readonly Row[], fields = Object.keys(rows[0] ?? {}), more = {}): Promise<string> {
  let text = ''
  for await (const block of await blocks(format, inChunks(rows, 200), fields, more)) text += block
  return text
}

const manyRows = (count: number) => Array.from({ length: count }, (_, id) => ({ id, name: `user${id}` }))
const values = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', ',', '\n', '\r\n', ' x ', '=1+1', '\\', ''),
  fc.integer(),
  fc.constant(null),
)
const someRows = fc.array(fc.record({ a: values, b: values }), { minLength: 1, maxLength: 5 })

describe('a format', () => {
  it('is table, plain, tsv, csv, json or ndjson', () => {
    expect(formatNames).toEqual(['table', 'plain', 'tsv', 'csv', 'json', 'ndjson'])
  })

  it.each(formatNames)('%s yields its first block before it reads all rows', async (format) => {
    let taken = 0
    const rows = (async function* () {
      for (const chunk of Array.from({ length: 50 }, () => manyRows(200))) {
        taken++
        yield chunk
      }
    })()
    await (await blocks(format, rows, ['id', 'name'])).next()
    expect(taken).toBeLessThanOrEqual(2)
  })

  it.each(['table', 'plain', 'tsv'] as const)('%s escapes control characters', async (format) => {
    const text = await write(format, [{ name: 'a\u001b[31m\u202eb\tc\nd' }], ['name'], { header: false })
    expect(text.split('\n')[0]).toBe('a\\u{1b}[31m\\u{202e}b\\tc\\nd')
  })
})

describe('json', () => {
  it('parses into the same rows', async () => {
    await fc.assert(
      fc.asyncProperty(someRows, async (rows) => {
        expect(JSON.parse(await write('json', rows))).toEqual(rows)
      }),
    )
  })

  it('is one array when rows come in several chunks', async () => {
    expect(JSON.parse(await write('json', manyRows(1001)))).toHaveLength(1001)
  })
})

describe('ndjson', () => {
  it('parses line by line into the same rows', async () => {
    await fc.assert(
      fc.asyncProperty(someRows, async (rows) => {
        const lines = (await write('ndjson', rows)).split('\n').slice(0, -1)
        expect(lines.map((line) => JSON.parse(line))).toEqual(rows)
      }),
    )
  })
})

describe('csv', () => {
  it('parses as RFC 4180 into the same rows', async () => {
    await fc.assert(
      fc.asyncProperty(someRows, async (rows) => {
        const parsed: string[][] = parse(await write('csv', rows), { record_delimiter: '\r\n' })
        expect(parsed).toEqual([['a', 'b'], ...rows.map(({ a, b }) => [String(a ?? ''), String(b ?? '')])])
      }),
    )
  })

  it('ends each record with CRLF', async () => {
    expect(await write('csv', [{ a: 'x,y', b: '"' }])).toBe('a,b\r\n"x,y",""""\r\n')
  })
})

describe('a table', () => {
  it('has aligned columns, numbers to the right, and a row count', async () => {
    expect(
      await write('table', [
        { name: 'al', id: 1 },
        { name: 'robert', id: 20 },
      ]),
    ).toBe('name    id\nal       1\nrobert  20\n2 rows\n')
  })

  it('ends in "1 row" when there is one row', async () => {
    expect(await write('table', [{ id: 1 }])).toBe('id\n 1\n1 row\n')
  })

  it('aligns columns by the width after escaping, counting wide characters as two', async () => {
    const text = await write('table', [
      { a: '日本', b: 'x' },
      { a: '\u001b', b: 'y' },
    ])
    expect(text).toBe('a       b\n日本    x\n\\u{1b}  y\n2 rows\n')
  })

  it.each([2, 201])('aligns joiners and combining marks with %d rows', async (count) => {
    const cells = ['می\u200cخواهم', 'क्\u200dष', '👩\u200d💻', 'e\u0301', '']
    const rows = Array.from({ length: count + 3 }, (_unused, index) => ({ a: cells[index % cells.length] ?? '', b: 'x' }))
    const lines = (await write('table', rows)).split('\n').slice(1, -2)
    expect(lines.map((line) => stringWidth(line.slice(0, -1)))).toEqual(lines.map(() => 9))
    expect(lines.map((line) => line.slice(0, -1).trim())).toEqual(rows.map(({ a }) => a))
  })

  it.each([2, 201])('of %d rows fits the width: the widest columns are cut between graphemes, numbers never', async (count) => {
    const family = '👨\u200d👩\u200d👧\u200d👦'
    const cells = [family.repeat(20), '中文'.repeat(20), 'क्षि'.repeat(20), 'e\u0301'.repeat(40), 'short']
    const rows = Array.from({ length: count + 3 }, (_unused, index) => ({ a: cells[index % cells.length] ?? '', followers: 123_456 }))
    const lines = (await write('table', rows, ['a', 'followers'], { columns: 20 })).split('\n').slice(0, -2)
    expect(lines.map((line) => stringWidth(line))).toEqual(lines.map(() => 20))
    expect(lines[1]).toMatch(new RegExp(`^(${family})+…  *123456$`))
    expect(lines[4]).toMatch(/^(e\u0301)+… +123456$/)
    expect(lines[5]).toMatch(/^short +123456$/)
  })

  it('cuts nothing where no width is known', async () => {
    const rows = [{ a: 'x'.repeat(500) }]
    expect(await write('table', rows, ['a'], { columns: Number.POSITIVE_INFINITY })).toContain('x'.repeat(500))
  })

  it('is empty without rows', async () => {
    expect(await write('table', [], ['id'])).toBe('')
  })

  it('keeps its layout past 200 rows', async () => {
    const short = (await write('table', manyRows(200))).split('\n')
    const long = (await write('table', manyRows(201))).split('\n')
    expect(short.slice(0, 201)).toEqual(long.slice(0, 201))
    expect(short.at(-2)).toBe('200 rows')
    expect(long.at(-2)).toBe('201 rows')
  })

  it('has a bold header and a dim count, also past 200 rows', async () => {
    const style = await loadStyle(true)
    for (const count of [2, 201]) {
      const text = await write('table', manyRows(count), ['id', 'name'], { style })
      expect(text).toMatch(/^[^\n]*\[1m *id.*name[^\n]*\n *0 {2}user0\n/)
      expect(text).toContain(`\u001b[2m${count} rows\u001b[22m`)
    }
  })
})
