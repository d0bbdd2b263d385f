/** Pagination of lists. */
import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Database } from './schema.ts'

export interface Page<Sort extends string> {
  readonly sort: Sort
  readonly reverse: boolean
  /** In rows; 0 means no limit. */
  readonly limit: number
  readonly offset: number
}

/** Add LIMIT and OFFSET to `query`. SQLite has no OFFSET without a LIMIT, so "no limit" becomes the largest safe integer. */
export function paginate<Q extends { limit(n: number): Q; offset(n: number): Q }>(
  query: Q,
  { limit, offset }: Pick<Page<string>, 'limit' | 'offset'>,
): Q {
  if (limit === 0 && offset === 0) return query
  const limited = query.limit(limit === 0 ? Number.MAX_SAFE_INTEGER : limit)
  return offset === 0 ? limited : limited.offset(offset)
}

/** How many rows `query` returns. */
export async function countRows<DB, T extends keyof DB>(db: Kysely<Database>, query: SelectQueryBuilder<DB, T, object>): Promise<number> {
  const all = db.selectFrom(query.as('some')).select((eb) => eb.fn.countAll<number>().as('n'))
  return (await all.executeTakeFirstOrThrow()).n
}

/** The highest id, or 0 in an empty table: a cheap upper bound of the row count. */
export async function highestId(db: Kysely<Database>, table: 'posts' | 'users'): Promise<number> {
  return (await db.selectFrom(table).select('id').orderBy('id', 'desc').limit(1).executeTakeFirst())?.id ?? 0
}
