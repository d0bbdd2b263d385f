import type { Selectable } from 'kysely'
import type { Handle } from '../db/sqlite/addon.ts'
import type { FollowerTable } from './schema.ts'

/** What stands around the two names of a follow, and between two follows. Usernames need no escape in any format. */
export interface FollowText {
  readonly before: string
  readonly between: string
  readonly after: string
  readonly separator: string
}

/** Pages grow from the first to the second, so that the first lines come at once and the rest cheaply. */
const [firstPage, largestPage] = [200, 8192]

const rowsAfter = 'FROM followers WHERE (follower_id, followed_id) > (?, ?) ORDER BY follower_id, followed_id LIMIT ?'

/** All follows by username, in the order of the key, in blocks of text that SQLite builds. Two blocks are to be set apart by the separator too. */
export function* exportFollows(handle: Handle, { before, between, after, separator }: FollowText): Generator<Buffer> {
  const text = handle
    .prepare<unknown[], Buffer | null>(`
      SELECT CAST(group_concat(? || l.username || ? || r.username || ?, ?) AS BLOB) FROM (SELECT * ${rowsAfter}) AS f
      CROSS JOIN users AS l ON l.id = f.follower_id CROSS JOIN users AS r ON r.id = f.followed_id`)
    .pluck()
  const lastOfPage = handle.prepare<unknown[], Selectable<FollowerTable>>(`SELECT follower_id, followed_id ${rowsAfter} OFFSET ?`)
  let key: Selectable<FollowerTable> | undefined = { follower_id: Number.MIN_SAFE_INTEGER, followed_id: 0 }
  // Names are looked up everywhere: ten million follows take 27 s with better-sqlite3's own 16 MB of pages, and 30 s with 2 MB.
  handle.pragma('cache_size = -16000')
  // All pages show the same moment.
  handle.exec('BEGIN')
  try {
    for (let size = firstPage; key; size = Math.min(size * 2, largestPage)) {
      const block = text.get(before, between, after, separator, key.follower_id, key.followed_id, size)
      key = lastOfPage.get(key.follower_id, key.followed_id, 1, size - 1)
      if (block) yield block
    }
  } finally {
    handle.exec('COMMIT')
  }
}
