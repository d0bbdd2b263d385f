/** One JSON object a line. */
import { type Block, linesIn } from './lines.ts'
import type { Row } from './row.ts'

/** The rows of a block. Blank lines are passed over. */
export const ndjsonRows = (block: Block): Row[] =>
  linesIn(block).flatMap((text, index) => (typeof text !== 'string' ? text : text === '' ? [] : parseObject(text, block.line + index)))

/** An object's members, as JSON.parse has them: `__proto__` is a member like any other. */
export function parseObject(text: string, line: number): Row {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? { line, members: value as Record<string, unknown> } : { line, fault: 'expected a JSON object' }
  } catch {
    return { line, fault: 'not valid JSON' }
  }
}
