/** One JSON object a line. */
import { linesOf, type Position, textFault } from './blocks.ts'
import type { Row } from './row.ts'

/** The rows of a block. Blank lines are passed over. */
export function* ndjsonRows(block: Buffer, position: Position): Generator<Row> {
  for (const { line, bytes } of linesOf(block, position)) {
    const fault = textFault(bytes)
    if (fault) yield { line, fault }
    else if (bytes.length > 0) yield parseObject(bytes.toString(), line)
  }
}

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
