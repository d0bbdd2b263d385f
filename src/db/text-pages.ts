/**
 * Long lists of one column as text that SQLite builds itself: a page is one row, made by group_concat, and moves to the output as one
 * block. That is as fast as the sqlite3 shell and three times as fast as rows, and memory stays flat.
 */
import type { Compilable } from 'kysely'
import type { Handle } from './addon.ts'

/** The query for at most `rows` rows after the line `after`: one column, named `line`, in order, no line twice. */
export type PageQuery = (after: string | undefined, rows: number) => Compilable<{ line: string }>

const first = 200
const most = 8192

export interface TextOptions {
  /** What ends a line: one character. */
  readonly end: string
  /** Lines; 0 is all. */
  readonly limit: number
  /** Whether an index has the lines in their order. If not, every page would be sorted anew: then there is one page. */
  readonly isSorted: boolean
}

/** The lines in blocks of which the first is short. */
export function* textPages(handle: Handle, query: PageQuery, { end, limit, isSorted }: TextOptions): Generator<string> {
  let after: string | undefined
  let left = limit === 0 ? Number.MAX_SAFE_INTEGER : limit
  for (let size = isSorted ? first : left; left > 0; size = Math.min(size * 2, most)) {
    const rows = Math.min(size, left)
    const { sql, parameters } = query(after, rows).compile()
    const page = handle
      .prepare<unknown[], [count: number, text: string | null]>(`SELECT count(*), group_concat(line, ?) FROM (${sql})`)
      .raw()
      .get(end, ...parameters)
    const [count, text] = page ?? [0, null]
    if (text === null) return
    yield text + end
    if (count < rows) return
    after = text.slice(text.lastIndexOf(end) + 1)
    left -= count
  }
}
