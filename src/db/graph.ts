/** The association table as a graph, read as walking it needs: whole neighbourhoods in one row, or one user's neighbours again and again. */
import type { Handle } from './open.ts'

/** Follows out of a user or into one. */
export type Direction = 'followed' | 'followers'

export interface Graph {
  /** The ids of those whom the user follows, or who follow the user. */
  neighbours(userId: number, direction: Direction): number[]
  /** How many they are, counted up to `cap`. */
  degree(userId: number, direction: Direction, cap: number): number
  /** Whom those follow whom the user follows, an id for each follow, in pages. */
  followedByFollowed(userId: number): Generator<number[]>
}

const selects: Readonly<Record<Direction, string>> = {
  followed: 'SELECT followed_id FROM followers WHERE follower_id = ?',
  followers: 'SELECT follower_id FROM followers WHERE followed_id = ?',
}

/** Users a page; with some thousand follows each it is still a few megabytes. */
const pageSize = 1000

export function graph(handle: Handle): Graph {
  const prepare = (sql: string) => handle.prepare<unknown[], number>(sql).pluck()
  const lists = { followed: prepare(selects.followed), followers: prepare(selects.followers) }
  const counts = {
    followed: prepare(`SELECT count(*) FROM (${selects.followed} LIMIT ?)`),
    followers: prepare(`SELECT count(*) FROM (${selects.followers} LIMIT ?)`),
  }
  return {
    neighbours: (userId, direction) => lists[direction].all(userId),
    degree: (userId, direction, cap) => counts[direction].get(userId, cap) ?? 0,
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
