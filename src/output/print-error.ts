/** How an error looks: one `error:` line, and the next step indented under it. Everything in it is made safe. */
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
  const steps = hint === undefined ? [] : hint.split('\n').map((line) => `  ${safeText(line)}\n`)
  io.stderr.write(`${bad('error:')} ${safeText(message)}\n${steps.join('')}`)
}
