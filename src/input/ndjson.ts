/** One JSON object a line. */
import type { Line } from './lines.ts'
import type { Fault, Row } from './row.ts'

/** The rows of these lines. Blank lines are passed over. */
export const ndjsonRows = (lines: readonly (Line | Fault)[]): Row[] =>
  lines.flatMap((line) => ('fault' in line ? line : line.text === '' ? [] : parseObject(line.text, line.number)))

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
