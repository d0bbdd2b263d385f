/** Prints an error: one `error:` line with the hint indented below it. Unsafe characters are escaped. */
import type { MicroblogError } from '../errors.ts'
import type { Io, Output } from './io.ts'
import { safeText } from './safe-text.ts'
import type { Style } from './style.ts'

interface ErrorOutput {
  readonly io: Io
  style(output: Output): Promise<Style>
}

export async function printError(output: ErrorOutput, { message, hint }: Pick<MicroblogError, 'message' | 'hint'>): Promise<void> {
  const { io } = output
  const { bad } = await output.style(io.stderr)
  const hintLines = hint === undefined ? [] : hint.split('\n').map((line) => `  ${safeText(line)}\n`)
  io.stderr.write(`${bad('error:')} ${safeText(message)}\n${hintLines.join('')}`)
}
