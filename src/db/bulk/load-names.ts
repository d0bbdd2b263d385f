import type { Handle } from '../addon.ts'
import { type NameTable, viewOf } from './name-table.ts'

/** Users whose names SQLite puts into one text. */
const pageSize = 8192
const [newline, zero] = [10, 48]

interface Page {
  readonly last: number | null
  readonly ids: Buffer
  readonly names: Buffer
}

/** Put all users into `table`, in the order of their ids, so that the order of numbers is the order of keys. */
export function loadNames(handle: Handle, table: NameTable): void {
  const page = handle.prepare<[number], Page>(`
    SELECT max(id) AS last, CAST(group_concat(id, char(10)) || char(10) AS BLOB) AS ids, CAST(group_concat(username, char(10)) || char(10) AS BLOB) AS names
    FROM (SELECT id, username FROM users WHERE id > ? ORDER BY id LIMIT ${pageSize})`)
  table.reserve(handle.prepare<[], number>('SELECT count(*) FROM users').pluck().get() ?? 0)
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const { last, ids, names } = page.get(after) as Page
    if (last === null) return
    addPage(table, ids, names)
    after = last
  }
}

function addPage(table: NameTable, ids: Buffer, names: Buffer): void {
  const text = viewOf(names)
  let at = 0
  for (let start = 0, end = names.indexOf(newline); end >= 0; start = end + 1, end = names.indexOf(newline, start)) {
    let id = 0
    for (let byte = ids[at++] as number; byte !== newline; byte = ids[at++] as number) id = id * 10 + byte - zero
    table.add(text, start, end, id)
  }
}
