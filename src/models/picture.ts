/** The part of the network that a picture shows. */
import type { ExpressionBuilder, Kysely } from 'kysely'
import { inBatches } from './batches.ts'
import type { Database } from './schema.ts'

export interface Node {
  readonly id: number
  readonly username: string
  /** In the whole network, not only in the picture. */
  readonly followers: number
}

/** One follow or, if `isMutual`, the two follows between users who follow each other. */
export interface Edge {
  readonly from: number
  readonly to: number
  readonly isMutual: boolean
}

export interface Picture {
  /** The id of the user in the middle. Undefined in a picture of everybody. */
  readonly centre?: number | undefined
  readonly nodes: readonly Node[]
  readonly edges: readonly Edge[]
}

/** The ids of the user and of everyone up to `depth` follows away in either direction; undefined if there are more than `max`. */
export async function neighbourhood(db: Kysely<Database>, userId: number, depth: number, max: number): Promise<number[] | undefined> {
  const seen = new Set([userId])
  let frontier: readonly number[] = [userId]
  for (let step = 0; step < depth && frontier.length > 0; step++) {
    const next: number[] = []
    for (const batch of inBatches(frontier)) {
      const found = await neighbours(db, batch, max).execute()
      const unseen = found.filter(({ id }) => !seen.has(id)).map(({ id }) => id)
      for (const id of unseen) seen.add(id)
      if (seen.size > max) return undefined
      next.push(...unseen)
    }
    frontier = next
  }
  return [...seen]
}

/** The distinct ids of users one follow away from these. Reads at most `max` + 1, enough to tell that there are too many. */
const neighbours = (db: Kysely<Database>, userIds: readonly number[], max: number) =>
  db
    .selectFrom('followers')
    .select('followed_id as id')
    .where('follower_id', 'in', userIds)
    .union((eb) => eb.selectFrom('followers').select('follower_id as id').where('followed_id', 'in', userIds))
    .orderBy('id')
    .limit(oneMore(max))

const oneMore = (max: number): number => Math.min(max + 1, Number.MAX_SAFE_INTEGER)

/** The ids of all users; undefined if there are more than `max`. */
export async function everyone(db: Kysely<Database>, max: number): Promise<number[] | undefined> {
  const rows = await db.selectFrom('users').select('id').orderBy('id').limit(oneMore(max)).execute()
  return rows.length > max ? undefined : rows.map(({ id }) => id)
}

/** These users, sorted by name, and all follows among them, sorted by id. */
export async function picture(db: Kysely<Database>, ids: readonly number[], centre?: number): Promise<Picture> {
  const nodes: Node[] = []
  const edges: Edge[] = []
  const shown = new Set(ids)
  for (const batch of inBatches([...ids].sort((a, b) => a - b))) {
    nodes.push(...(await nodesOf(db, batch)))
    for (const { from, to, back } of await followsFrom(db, batch).execute()) {
      const isMutual = back !== null
      if (shown.has(to) && (!isMutual || from < to)) edges.push({ from, to, isMutual })
    }
  }
  return { centre, nodes: nodes.sort((a, b) => (a.username < b.username ? -1 : 1)), edges }
}

async function nodesOf(db: Kysely<Database>, userIds: readonly number[]): Promise<Node[]> {
  const followers = (eb: ExpressionBuilder<Database, 'users'>) =>
    eb
      .selectFrom('followers')
      .select((count) => count.fn.countAll<number>().as('n'))
      .whereRef('followed_id', '=', 'users.id')
  const rows = await db
    .selectFrom('users')
    .select((eb) => ['users.id', 'users.username', followers(eb).as('followers')])
    .where('users.id', 'in', userIds)
    .execute()
  return rows.map((row) => ({ ...row, followers: row.followers ?? 0 }))
}

/** The follows of these users; `back` is null unless the other user follows back. */
const followsFrom = (db: Kysely<Database>, userIds: readonly number[]) =>
  db
    .selectFrom('followers as follow')
    .leftJoin('followers as back', (join) =>
      join.onRef('back.follower_id', '=', 'follow.followed_id').onRef('back.followed_id', '=', 'follow.follower_id'),
    )
    .select(['follow.follower_id as from', 'follow.followed_id as to', 'back.followed_id as back'])
    .where('follow.follower_id', 'in', userIds)
    .orderBy('follow.follower_id')
    .orderBy('follow.followed_id')
