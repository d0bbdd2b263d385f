/** Reads usernames from operands and standard input. */
import { UsageError } from '../errors.ts'
import { foldCase } from '../fold-case.ts'
import { readOperands } from './operands.ts'

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

/** Read names as `readOperands` does. A name that is repeated, in any case, is returned once. */
export async function readNames(
  operands: readonly string[],
  stdin: { chunks(): AsyncIterable<Uint8Array> },
  separator: '\n' | '\0',
): Promise<GivenName[]> {
  const names = new Map<string, GivenName>()
  for await (const { text, line } of readOperands(operands, stdin, separator)) {
    const name = withoutAt(text)
    const key = foldCase(name)
    if (!names.has(key)) names.set(key, line === undefined ? { name } : { name, line })
  }
  return [...names.values()]
}
