/** JSON objects: one a line, or in one array, which is parsed as a stream with one element in memory at a time. */
import { type Block, linesIn, maxLineBytes, textFault, withoutBom } from './lines.ts'
import { RecordError, type Row } from './row.ts'

/** The rows of a block. Blank lines are skipped. */
export const ndjsonRows = (block: Block): Row[] =>
  linesIn(block).flatMap((text, index) => (typeof text !== 'string' ? text : text === '' ? [] : parseObject(text, block.line + index)))

/** JSON.parse makes `__proto__` a member like any other. */
function parseObject(text: string, line: number): Row {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { line, fault: 'expected a JSON object' }
    if (hasRepeatedKey(text, value)) return { line, fault: 'a field appears twice' }
    return { line, members: value as Record<string, unknown> }
  } catch {
    return { line, fault: 'not valid JSON' }
  }
}

/** JSON.parse keeps the last of two members with the same key. Objects in objects are not looked at: no record has them. */
function hasRepeatedKey(text: string, object: object): boolean {
  const keys = Object.keys(object).length
  // Each key has a colon, so this is the usual case.
  if (text.split(':').length - 1 === keys) return false
  if (Object.values(object).some((value) => typeof value === 'object' && value !== null)) return false
  return countKeys(text) > keys
}

/** Strings are skipped whole, so a colon in a string is not taken for that of a key. */
const countKeys = (text: string): number => [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon).length

const [space, tab, newline, cr] = [32, 9, 10, 13]
const [quote, backslash, comma] = [34, 92, 44]
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125]

type Expected = 'array' | 'element or end' | 'element' | 'comma or end' | 'nothing'

/** Yields the elements of the array; an invalid one becomes a `Fault`. @throws RecordError, if the input is not an array or is truncated */
export async function* jsonRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Row[]> {
  const scanner = new ArrayScanner()
  let isFirst = true
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    yield scanner.scan(isFirst ? withoutBom(bytes) : bytes)
    isFirst &&= bytes.length === 0
  }
  scanner.end()
}

class ArrayScanner {
  #line = 1
  #expected: Expected = 'array'
  /** The element being read: its first line, its bytes from earlier chunks, the nesting depth, and whether inside a string. */
  #start = 0
  #parts: Buffer[] = []
  #size = 0
  #depth = 0
  #inString = false
  #isEscaped = false

  /** The elements that end in this chunk. */
  scan(chunk: Buffer): Row[] {
    const rows: Row[] = []
    let begin = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (this.#depth === 0) {
        if (this.#between(byte)) begin = at
      } else if (this.#within(byte)) {
        rows.push(this.#element(chunk.subarray(begin, at + 1)))
      }
      if (byte === newline) this.#line++
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(begin))
    return rows
  }

  end(): void {
    if (this.#expected !== 'nothing') this.#fail(this.#expected === 'array' ? 'expected a JSON array' : 'the JSON array is not closed')
  }

  /** Handle a byte between elements. Returns whether it starts an element. */
  #between(byte: number): boolean {
    if (byte === space || byte === tab || byte === newline || byte === cr) return false
    const expected = this.#expected
    if (byte === openBracket && expected === 'array') this.#expected = 'element or end'
    else if (byte === closeBracket && (expected === 'element or end' || expected === 'comma or end')) this.#expected = 'nothing'
    else if (byte === comma && expected === 'comma or end') this.#expected = 'element'
    else if (byte === openBrace && (expected === 'element or end' || expected === 'element')) {
      this.#depth = 1
      this.#start = this.#line
    } else this.#fail(faults[expected])
    return this.#depth === 1
  }

  /** Handle a byte inside an element. Returns whether it ends the element. */
  #within(byte: number): boolean {
    if (this.#inString) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === backslash) this.#isEscaped = true
      else if (byte === quote) this.#inString = false
      return false
    }
    if (byte === quote) this.#inString = true
    else if (byte === openBrace || byte === openBracket) this.#depth++
    else if (byte === closeBrace || byte === closeBracket) this.#depth--
    return this.#depth === 0
  }

  #element(last: Buffer): Row {
    this.#keep(last)
    const bytes = Buffer.concat(this.#parts)
    this.#parts = []
    this.#size = 0
    this.#expected = 'comma or end'
    const fault = textFault(bytes)
    return fault ? { line: this.#start, fault } : parseObject(bytes.toString(), this.#start)
  }

  #keep(part: Buffer): void {
    this.#parts.push(part)
    this.#size += part.length
    if (this.#size > maxLineBytes) throw new RecordError(this.#start, 'a record longer than 1 MiB')
  }

  #fail(fault: string): never {
    throw new RecordError(this.#line, fault)
  }
}

const faults: Readonly<Record<Expected, string>> = {
  array: 'expected a JSON array',
  'element or end': 'expected a JSON object',
  element: 'expected a JSON object',
  'comma or end': 'expected a comma or the end of the JSON array',
  nothing: 'unexpected text after the JSON array',
}
