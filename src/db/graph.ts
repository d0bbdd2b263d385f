/** The association table as a graph, read as walking it needs: whole neighbourhoods in one row, or one user's neighbours again and again. */
import type { Handle } from './addon.ts'

/** Follows out of a user or into one. */
export type Direction = 'followed' | 'followers'

export interface Graph {
  /** The ids of those whom the user follows, or who follow the user. */
  neighbours(userId: number, direction: Direction): number[]
  /** The same of many users at once, each neighbour with the user it is one of; at most `limit`. */
  edges(userIds: readonly number[], direction: Direction, limit: number): [userId: number, neighbour: number][]
  /** How many edges these are, counted up to `cap`. */
  countEdges(userIds: readonly number[], direction: Direction, cap: number): number
  /** Whom those follow whom the user follows, an id for each follow, in pages. */
  followedByFollowed(userId: number): Generator<number[]>
}

const selects: Readonly<Record<Direction, string>> = {
  followed: 'SELECT followed_id FROM followers WHERE follower_id = ?',
  followers: 'SELECT follower_id FROM followers WHERE followed_id = ?',
}

const joins: Readonly<Record<Direction, string>> = {
  followed: 'SELECT follower_id, followed_id FROM json_each(?) CROSS JOIN followers ON follower_id = value',
  followers: 'SELECT followed_id, follower_id FROM json_each(?) CROSS JOIN followers ON followed_id = value',
}

/** Users a page; with some thousand follows each it is still a few megabytes. */
const pageSize = 1000

export function graph(handle: Handle): Graph {
  const prepare = (sql: string) => handle.prepare<unknown[], number>(sql).pluck()
  const each = <T>(make: (direction: Direction) => T) => ({ followed: make('followed'), followers: make('followers') })
  const lists = each((direction) => prepare(selects[direction]))
  const edges = each((direction) => handle.prepare<unknown[], [number, number]>(`${joins[direction]} LIMIT ?`).raw())
  const counts = each((direction) => prepare(`SELECT count(*) FROM (${joins[direction]} LIMIT ?)`))
  return {
    neighbours: (userId, direction) => lists[direction].all(userId),
    edges: (userIds, direction, limit) => edges[direction].all(JSON.stringify(userIds), limit),
    countEdges: (userIds, direction, cap) => counts[direction].get(JSON.stringify(userIds), cap) ?? 0,
    *followedByFollowed(userId) {
      const page = handle
        .prepare<unknown[], [last: number | null, ids: string]>(
          `SELECT max(friend), json_group_array(followed_id) FROM (
             SELECT followed_id AS friend FROM followers WHERE follower_id = ? AND followed_id > ? ORDER BY followed_id LIMIT ${pageSize}
           ) CROSS JOIN followers ON follower_id = friend`,
        )
        .raw()
      const next = prepare(
        `SELECT max(friend) FROM (SELECT followed_id AS friend FROM followers WHERE follower_id = ? AND followed_id > ? ORDER BY followed_id LIMIT ${pageSize})`,
      )
      for (let after: number | undefined = 0; after !== undefined; after = next.get(userId, after) ?? undefined) {
        const [, ids] = page.get(userId, after) ?? [null, '[]']
        yield JSON.parse(ids) as number[]
      }
    },
  }
}
