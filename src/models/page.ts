/** A page of a list: how it is sorted, and which of its rows are wanted. */
import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Database } from './schema.ts'

export interface Page<Sort extends string> {
  readonly sort: Sort
  readonly reverse: boolean
  /** Rows; 0 is all. */
  readonly limit: number
  readonly offset: number
}

/** SQLite has no OFFSET without a LIMIT, so "all" is the largest number that JavaScript holds exactly. */
export function paginate<Q extends { limit(n: number): Q; offset(n: number): Q }>(
  query: Q,
  { limit, offset }: Pick<Page<string>, 'limit' | 'offset'>,
): Q {
  if (limit === 0 && offset === 0) return query
  const limited = query.limit(limit === 0 ? Number.MAX_SAFE_INTEGER : limit)
  return offset === 0 ? limited : limited.offset(offset)
}

/** How many rows `query` has. */
export async function countRows<DB, T extends keyof DB>(db: Kysely<Database>, query: SelectQueryBuilder<DB, T, object>): Promise<number> {
  const all = db.selectFrom(query.as('some')).select((eb) => eb.fn.countAll<number>().as('n'))
  return (await all.executeTakeFirstOrThrow()).n
}

/** The highest id, or 0: about as many rows as the table has, without counting them. */
export async function highestId(db: Kysely<Database>, table: 'posts' | 'users'): Promise<number> {
  return (await db.selectFrom(table).select('id').orderBy('id', 'desc').limit(1).executeTakeFirst())?.id ?? 0
}
