/** What a migration may take away for good, told from its tokens before it runs: the reason to make a backup first. */
import { identifier, unquote } from './autogenerate/names.ts'
import type { Connection } from './connection.ts'
import type { Step } from './run.ts'
import { isKeyword, type Statement, type Token } from './sql.ts'

/** A table that a step drops, rebuilds (which drops it too) or takes a column from, and how many rows it holds now. */
export interface EndangeredTable {
  readonly table: string
  readonly rows: number
}

/** The tables with rows that `steps` put in danger, by the names that they have now. */
export function endangeredTables(connection: Connection, steps: readonly Step[]): EndangeredTable[] {
  const names = endangeredNames(steps.flatMap(({ migration, direction }) => migration[direction]))
  return [...names].map((table) => ({ table, rows: countRows(connection, table) })).filter(({ rows }) => rows > 0)
}

function endangeredNames(statements: readonly Statement[]): Set<string> {
  const endangered = new Set<string>()
  const original = new Map<string, string>()
  const nameNow = (name: string) => original.get(name.toLowerCase()) ?? name
  for (const { tokens } of statements) {
    const [first, second, ...others] = tokens
    if (!isKeyword(second, 'TABLE')) continue
    const name = named(isKeyword(others[0], 'IF') ? others.slice(2) : others)
    const newName = isKeyword(first, 'ALTER') ? renamedTo(others) : undefined
    if (newName) original.set(newName.toLowerCase(), nameNow(name))
    if (isKeyword(first, 'DROP') || (isKeyword(first, 'ALTER') && others.some((token) => isKeyword(token, 'DROP'))))
      endangered.add(nameNow(name))
  }
  return endangered
}

/** The `b` of `ALTER TABLE a RENAME TO b`. */
function renamedTo(tokens: readonly Token[]): string | undefined {
  const at = tokens.findIndex((token, index) => isKeyword(token, 'RENAME') && isKeyword(tokens[index + 1], 'TO'))
  const name = tokens[at + 2]
  return at < 0 || !name ? undefined : unquote(name)
}

/** The name at the beginning, which may have that of the schema before it. */
function named([name, dot, qualified]: readonly Token[]): string {
  const token = dot?.text === '.' ? qualified : name
  return token ? unquote(token) : ''
}

function countRows(connection: Connection, table: string): number {
  const [found] = connection.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)", table)
  if (!found) return 0
  const [row] = connection.all<{ n: number }>(`SELECT count(*) AS n FROM ${identifier(found.name)}`)
  return row?.n ?? 0
}
