import { openDatabase } from './open.ts'

/** More than anybody reads through. */
const most = 1000

/** The usernames that begin like this, without regard to case, of the database at `path`: one query, and nothing else is loaded for it. */
export function usernamesLike(path: string, prefix: string): string[] {
  const handle = openDatabase(path, 'read')
  try {
    const query =
      'SELECT username FROM users WHERE lower(username) >= lower(?) AND lower(username) < lower(?) || char(0x10ffff) ORDER BY lower(username) LIMIT ?'
    return handle.prepare<unknown[], string>(query).pluck().all(prefix, prefix, most)
  } finally {
    handle.close()
  }
}
