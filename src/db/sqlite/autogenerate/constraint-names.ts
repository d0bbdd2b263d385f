/** Keeps the names of constraints in a rebuild. Comparisons ignore them, because they appear only in error messages. */
import { foldCase } from '../../../fold-case.ts'
import { canonical, identifier, unquote } from '../sql-text.ts'
import { outerPositions } from '../token-cursor.ts'
import { isKeyword, type Token, tokenize } from '../tokens.ts'

interface ElementConstraint {
  /** Equal for equal constraints, apart from the name. */
  readonly key: string
  readonly name: string | undefined
  /** Offset in the column definition or table constraint. */
  readonly start: number
}

/** Give each unnamed constraint of a new table's elements the name that the same constraint has in the old table's elements. */
export function keepNames(from: readonly string[], to: readonly string[]): string[] {
  const names = new Map(from.flatMap(constraintsOf).flatMap(({ key, name }) => (name === undefined ? [] : [[key, name]])))
  return to.map((element) =>
    constraintsOf(element).reduceRight((text, { key, name, start }) => {
      const old = name === undefined ? names.get(key) : undefined
      return old === undefined ? text : `${text.slice(0, start)}CONSTRAINT ${identifier(old)} ${text.slice(start)}`
    }, element),
  )
}

/** The constraints of a column definition, or a table constraint. */
function constraintsOf(element: string): ElementConstraint[] {
  const tokens = tokenize(element)
  const [first] = tokens
  const column = first && !isTableConstraint(tokens) ? foldCase(unquote(first)) : ''
  const starts = outerPositions(tokens).filter((i) => (i > 0 || column === '') && isStart(tokens, i))
  return starts.map((i, at) => {
    const name = isKeyword(tokens[i - 2], 'CONSTRAINT') ? tokens[i - 1] : undefined
    const next = starts[at + 1] ?? tokens.length
    const end = isKeyword(tokens[next - 2], 'CONSTRAINT') ? next - 2 : next
    // A CHECK means the same in a column definition and as a table constraint.
    const owner = isKeyword(tokens[i], 'CHECK') ? '' : column
    return { key: `${owner} ${canonical(tokens.slice(i, end))}`, name: name && unquote(name), start: tokens[i]?.start ?? 0 }
  })
}

export const isTableConstraint = ([first]: readonly Token[]): boolean =>
  isKeyword(first, 'CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN')

function isStart(tokens: readonly Token[], i: number): boolean {
  const [previous, token, next] = [tokens[i - 1], tokens[i], tokens[i + 1]]
  if (isKeyword(token, 'NOT')) return isKeyword(next, 'NULL')
  if (isKeyword(token, 'DEFAULT')) return !isKeyword(previous, 'SET')
  // Every REFERENCES of a table constraint belongs to its FOREIGN KEY.
  if (isKeyword(token, 'REFERENCES')) return !isTableConstraint(tokens)
  return isKeyword(token, 'CHECK', 'UNIQUE', 'PRIMARY', 'FOREIGN', 'COLLATE', 'GENERATED', 'AS')
}
