/** Reads operands, some of which may come from standard input. */
import { UsageError } from '../errors.ts'
import { readLines } from './lines.ts'

/** An operand as it was given; `line` is its line on standard input. */
interface Operand {
  readonly text: string
  readonly line?: number
}

/**
 * The operands in order, where a single `-` stands for those on standard input: one a line, or ended by NUL.
 * There, blank lines are skipped. Blanks around a name are kept, so that it is refused and not corrected.
 */
export async function* readOperands(
  operands: readonly string[],
  stdin: { chunks(): AsyncIterable<Uint8Array> },
  separator: '\n' | '\0',
): AsyncGenerator<Operand> {
  if (operands.filter((operand) => operand === '-').length > 1)
    throw new UsageError("'-' can be given only once: there is one standard input")
  for (const operand of operands) {
    if (operand !== '-') yield { text: operand }
    else for await (const { text, number } of readLines(stdin.chunks(), separator)) if (text.trim() !== '') yield { text, line: number }
  }
}
