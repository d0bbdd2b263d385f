/** The part of the network that a picture shows. */
import type { ExpressionBuilder, Kysely } from 'kysely'
import type { Database } from './schema.ts'
import { inBatches } from './users.ts'

export interface Node {
  readonly id: number
  readonly username: string
  /** In the whole network, not only in the picture. */
  readonly followers: number
}

/** One follow; if `isMutual`, the two follows of a pair that follow each other. */
export interface Edge {
  readonly from: number
  readonly to: number
  readonly isMutual: boolean
}

export interface Picture {
  readonly nodes: readonly Node[]
  readonly edges: readonly Edge[]
}

/** The user and everyone up to `depth` follows away, in either direction; undefined if they are more than `most`. */
export async function neighbourhood(db: Kysely<Database>, userId: number, depth: number, most: number): Promise<number[] | undefined> {
  const seen = new Set([userId])
  let frontier: readonly number[] = [userId]
  for (let step = 0; step < depth && frontier.length > 0; step++) {
    const next: number[] = []
    for (const batch of inBatches(frontier)) {
      const found = await neighbours(db, batch, most).execute()
      const unseen = found.filter(({ id }) => !seen.has(id)).map(({ id }) => id)
      for (const id of unseen) seen.add(id)
      if (seen.size > most) return undefined
      next.push(...unseen)
    }
    frontier = next
  }
  return [...seen]
}

/** The ids of those one follow away from these users, each once: all of them, or more than `most`. */
const neighbours = (db: Kysely<Database>, userIds: readonly number[], most: number) =>
  db
    .selectFrom('followers')
    .select('followed_id as id')
    .where('follower_id', 'in', userIds)
    .union((eb) => eb.selectFrom('followers').select('follower_id as id').where('followed_id', 'in', userIds))
    .orderBy('id')
    .limit(oneMore(most))

const oneMore = (most: number): number => Math.min(most + 1, Number.MAX_SAFE_INTEGER)

/** The ids of all users; undefined if they are more than `most`. */
export async function everyone(db: Kysely<Database>, most: number): Promise<number[] | undefined> {
  const rows = await db.selectFrom('users').select('id').orderBy('id').limit(oneMore(most)).execute()
  return rows.length > most ? undefined : rows.map(({ id }) => id)
}

/** These users and all follows among them, in the order of their names and ids. */
export async function picture(db: Kysely<Database>, ids: readonly number[]): Promise<Picture> {
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
  return { nodes: nodes.sort((a, b) => (a.username < b.username ? -1 : 1)), edges }
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

/** The follows out of these users; `back` is null unless the followed follows back. */
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
