/** Reads usernames from operands and standard input. */
import { UsageError } from '../errors.ts'
import { foldCase } from '../fold-case.ts'
import { readLines } from './lines.ts'

/** A username as it was given, without a leading `@`; `line` is its line on standard input. */
export interface GivenName {
  readonly name: string
  readonly line?: number
}

export const namesIn = (given: readonly GivenName[]): string[] => given.map(({ name }) => name)

/** Remove a leading `@`. A lone `@` is kept, so that it is refused as typed. @throws UsageError, if the name is empty */
export function withoutAt(name: string): string {
  if (name === '') throw new UsageError('an empty username', 'is a variable unset?')
  return name.startsWith('@') && name.length > 1 ? name.slice(1) : name
}

/** The prefix of a message about this name: `line 3: `, or nothing for an operand. */
export const place = ({ line }: GivenName): string => (line === undefined ? '' : `line ${line}: `)

/**
 * Read names from `operands`, where a single `-` stands for all names on standard input: one a line, or ended by NUL.
 * Blank lines are skipped. A name that is repeated, in any case, is returned once.
 */
export async function readNames(
  operands: readonly string[],
  stdin: { chunks(): AsyncIterable<Uint8Array> },
  separator: '\n' | '\0',
): Promise<GivenName[]> {
  if (operands.filter((operand) => operand === '-').length > 1)
    throw new UsageError("'-' can be given only once: there is one standard input")
  const names = new Map<string, GivenName>()
  const add = (given: GivenName) => {
    const key = foldCase(given.name)
    if (!names.has(key)) names.set(key, given)
  }
  for (const operand of operands) {
    if (operand !== '-') add({ name: withoutAt(operand) })
    else for await (const given of readStream(stdin.chunks(), separator)) add(given)
  }
  return [...names.values()]
}

async function* readStream(chunks: AsyncIterable<Uint8Array>, separator: '\n' | '\0'): AsyncGenerator<GivenName> {
  for await (const { text, number } of readLines(chunks, separator)) {
    const typed = text.trim()
    if (typed !== '') yield { name: withoutAt(typed), line: number }
  }
}
