/** The part of the network that a picture shows. */
import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'
import { inBatches } from './users.ts'

/** What of the graph is asked. */
interface Neighbours {
  neighbours(userId: number, direction: 'followed' | 'followers'): number[]
}

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
export function neighbourhood(graph: Neighbours, userId: number, depth: number, most: number): number[] | undefined {
  const seen = new Set([userId])
  let frontier: readonly number[] = [userId]
  for (let step = 0; step < depth && frontier.length > 0; step++) {
    const next = around(graph, frontier, seen, most)
    if (!next) return undefined
    for (const id of next) seen.add(id)
    frontier = [...next]
  }
  return [...seen]
}

/** Whoever is one follow away from the frontier and was not seen before; undefined if with them there are more than `most`. */
function around(graph: Neighbours, frontier: readonly number[], seen: ReadonlySet<number>, most: number): Set<number> | undefined {
  const next = new Set<number>()
  for (const id of frontier) {
    const both = [...graph.neighbours(id, 'followed'), ...graph.neighbours(id, 'followers')]
    for (const neighbour of both) if (!seen.has(neighbour)) next.add(neighbour)
    if (seen.size + next.size > most) return undefined
  }
  return next
}

/** The ids of all users; undefined if they are more than `most`. */
export async function everyone(db: Kysely<Database>, most: number): Promise<number[] | undefined> {
  const limit = Number.isFinite(most) ? most + 1 : Number.MAX_SAFE_INTEGER
  const rows = await db.selectFrom('users').select('id').orderBy('id').limit(limit).execute()
  return rows.length > most ? undefined : rows.map(({ id }) => id)
}

/** These users and all follows among them, in the order of their names and ids. */
export async function picture(db: Kysely<Database>, graph: Neighbours, ids: readonly number[]): Promise<Picture> {
  const nodes: Node[] = []
  for (const batch of inBatches(ids)) {
    const rows = await db
      .selectFrom('users')
      .select((eb) => [
        'users.id',
        'users.username',
        eb
          .selectFrom('followers')
          .select((count) => count.fn.countAll<number>().as('n'))
          .whereRef('followed_id', '=', 'users.id')
          .as('followers'),
      ])
      .where('users.id', 'in', batch)
      .execute()
    nodes.push(...rows.map((row) => ({ ...row, followers: row.followers ?? 0 })))
  }
  nodes.sort((a, b) => (a.username < b.username ? -1 : 1))
  return { nodes, edges: nodes.length === 0 ? [] : edgesAmong(graph, ids) }
}

function edgesAmong(graph: Neighbours, ids: readonly number[]): Edge[] {
  const shown = new Set(ids)
  const targets = new Map(
    [...ids].sort((a, b) => a - b).map((id) => [id, new Set(graph.neighbours(id, 'followed').filter((to) => shown.has(to)))]),
  )
  const edges: Edge[] = []
  for (const [from, followed] of targets) {
    for (const to of followed) {
      const isMutual = targets.get(to)?.has(from) === true
      if (!isMutual || from < to) edges.push({ from, to, isMutual })
    }
  }
  return edges
}
