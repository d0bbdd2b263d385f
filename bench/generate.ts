/** Fills a new database with a generated network. */
import SQLite from 'better-sqlite3'
import { followedOf, followerOf, follows, posts, type Size, username } from './network.ts'

type Handle = SQLite.Database

const rowsAtOnce = 100

/** Fills the tables of the database at `path`, which must have the newest schema and no rows. */
export function fill(path: string, size: Size): void {
  const db = new SQLite(path)
  db.pragma('foreign_keys = OFF')
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -200000')
  const createStatements = dropIndexesAndTriggers(db)
  insert(db, 'INSERT INTO users (id, username, email)', 3, people(size))
  insert(db, 'INSERT INTO followers (follower_id, followed_id)', 2, pairs(size))
  insert(db, 'INSERT INTO posts (body, timestamp, user_id)', 3, messages(size))
  for (const sql of createStatements) db.exec(sql)
  db.exec("INSERT INTO posts_search (posts_search) VALUES ('rebuild')")
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}

/** Drops the indexes and triggers, which slow down inserts. Returns the SQL that creates them again. */
function dropIndexesAndTriggers(db: Handle): string[] {
  const found = db
    .prepare<[], { type: string; name: string; sql: string }>(
      "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name NOT LIKE 'posts_search%' ORDER BY type",
    )
    .all()
  for (const { type, name } of found) db.exec(`DROP ${type} ${name}`)
  return found.map(({ sql }) => sql)
}

/** Inserts rows of `width` values each in one transaction, many rows per statement. */
function insert(db: Handle, into: string, width: number, values: Iterable<unknown>): void {
  const row = `(${Array(width).fill('?').join(',')})`
  const statement = (rows: number) => db.prepare(`${into} VALUES ${Array(rows).fill(row).join(',')}`)
  const full = statement(rowsAtOnce)
  let batch: unknown[] = []
  db.exec('BEGIN')
  for (const value of values) {
    if (batch.push(value) < rowsAtOnce * width) continue
    full.run(batch)
    batch = []
  }
  if (batch.length > 0) statement(batch.length / width).run(batch)
  db.exec('COMMIT')
}

function* people({ users }: Size): Generator<unknown> {
  for (let id = 1; id <= users; id++) {
    yield id
    yield username(id)
    yield `${username(id)}@example.com`
  }
}

function* pairs(size: Size): Generator<unknown> {
  for (const pair of follows(size)) {
    yield followerOf(pair)
    yield followedOf(pair)
  }
}

function* messages(size: Size): Generator<unknown> {
  for (const { body, timestamp, user_id } of posts(size)) {
    yield body
    yield timestamp
    yield user_id
  }
}
