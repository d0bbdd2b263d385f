/** Usernames, as operands and from standard input. */
import { UsageError } from '../errors.ts'
import { foldCase } from '../fold-case.ts'
import { readLines } from './lines.ts'

/** A username as it was given, without a leading `@`; `line` says where on standard input it stood. */
export interface GivenName {
  readonly name: string
  readonly line?: number
}

export const namesIn = (given: readonly GivenName[]): string[] => given.map(({ name }) => name)

/** The name without a leading `@`, which on its own stays, to be refused as it was typed. @throws UsageError, if there is nothing. */
export function withoutAt(name: string): string {
  if (name === '') throw new UsageError('an empty username', 'is a variable unset?')
  return name.startsWith('@') && name.length > 1 ? name.slice(1) : name
}

/** How a fault in this name begins: `line 3: `, or nothing for an operand. */
export const place = ({ line }: GivenName): string => (line === undefined ? '' : `line ${line}: `)

/**
 * The names among `operands`, where a single `-` stands for all on standard input: one a line, or ended by NUL.
 * Blank lines are passed over and repeats, whatever their case, given once.
 */
export async function readNames(
  operands: readonly string[],
  stdin: { chunks(): AsyncIterable<Uint8Array> },
  separator: '\n' | '\0',
): Promise<GivenName[]> {
  if (operands.filter((operand) => operand === '-').length > 1) throw new UsageError("'-' can stand only once: there is one standard input")
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
