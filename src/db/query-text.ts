/** A query as a statement for an engine's own shell. */
import type { Compilable } from 'kysely'

/** `placeholder` matches a parameter in the engine's SQL, `literal` writes a text as the engine reads it. */
export function queryText(query: Compilable<unknown>, placeholder: RegExp, literal: (text: string) => string): string {
  const { sql, parameters } = query.compile()
  const values = parameters.map((value) => (typeof value === 'string' ? literal(value) : String(value ?? 'NULL')))
  let index = 0
  // Kysely passes every value as a parameter, numbered in the order of the text: what else stands there are keywords and names.
  return `${sql.replace(/ (?=(?:from|where|order by|limit) )/g, '\n').replace(placeholder, () => values[index++] ?? '')};\n`
}
