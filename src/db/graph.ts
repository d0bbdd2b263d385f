/** The association table as a graph, read as walking it needs: whole neighbourhoods in one row, or one user's neighbours again and again. */
import type { Handle } from './addon.ts'

/** Follows out of a user or into one. */
export type Direction = 'followed' | 'followers'

/** Each of the neighbours stands at the place of the user whose it is. */
export interface Edges {
  readonly users: readonly number[]
  readonly neighbours: readonly number[]
}

export interface Graph {
  /** The ids of those whom the user follows, or who follow the user. */
  neighbours(userId: number, direction: Direction): number[]
  /** The same of many users at once, at most `limit` edges. */
  edges(userIds: readonly number[], direction: Direction, limit: number): Edges
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
  followed: 'SELECT follower_id AS user, followed_id AS neighbour FROM json_each(?) CROSS JOIN followers ON follower_id = value',
  followers: 'SELECT followed_id AS user, follower_id AS neighbour FROM json_each(?) CROSS JOIN followers ON followed_id = value',
}

/** Users a page; with some thousand follows each it is still a few megabytes. */
const pageSize = 1000

export function graph(handle: Handle): Graph {
  const prepare = (sql: string) => handle.prepare<unknown[], number>(sql).pluck()
  const each = <T>(make: (direction: Direction) => T) => ({ followed: make('followed'), followers: make('followers') })
  const lists = each((direction) => prepare(selects[direction]))
  // Two texts are had, and parsed, sooner than thousands of rows.
  const edges = each((direction) =>
    handle.prepare<unknown[], { users: string; neighbours: string }>(
      `SELECT json_group_array(user) AS users, json_group_array(neighbour) AS neighbours FROM (${joins[direction]} LIMIT ?)`,
    ),
  )
  const counts = each((direction) => prepare(`SELECT count(*) FROM (${joins[direction]} LIMIT ?)`))
  return {
    neighbours: (userId, direction) => lists[direction].all(userId),
    edges(userIds, direction, limit) {
      const found = edges[direction].get(JSON.stringify(userIds), limit)
      return { users: JSON.parse(found?.users ?? '[]') as number[], neighbours: JSON.parse(found?.neighbours ?? '[]') as number[] }
    },
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
