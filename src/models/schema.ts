/** The tables of microblog, declared once: Kysely's types are inferred from them and migrations are generated from them. */
import type { Insertable, Selectable } from 'kysely'
import { type InferTable, integer, type SchemaDeclaration, table, text } from './declare.ts'

/**
 * A username: 1 to 64 ASCII letters, digits, `_`, `.` and `-`, not starting with `-` or `.`. Unique without regard to case.
 * The id of a user is never reused.
 */
export const users = table(
  'users',
  {
    id: integer().primaryKey({ autoincrement: true }),
    username: text()
      .notNull()
      .check('length(username) BETWEEN 1 AND 64')
      .check("username NOT GLOB '*[^A-Za-z0-9_.-]*' AND username NOT GLOB '[.-]*'"),
    email: text().check('length(email) BETWEEN 3 AND 120'),
    password_hash: text().check('length(password_hash) <= 128'),
  },
  {
    strict: true,
    indexes: [
      { name: 'users_lower_username', on: ['lower(username)'], unique: true },
      { name: 'users_lower_email', on: ['lower(email)'], unique: true },
      { name: 'users_username', on: ['username'] },
    ],
  },
)

/** `timestamp` is UTC in one form, `YYYY-MM-DDTHH:MM:SS.sssZ`, so that text order is time order. The id of a post is never reused. */
export const posts = table(
  'posts',
  {
    id: integer().primaryKey({ autoincrement: true }),
    body: text().notNull().check('length(body) BETWEEN 1 AND 140').check('instr(body, char(0)) = 0'),
    timestamp: text()
      .notNull()
      .check("timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]Z'"),
    user_id: integer().notNull().references('users', 'id', { onDelete: 'CASCADE' }),
  },
  {
    strict: true,
    indexes: [
      { name: 'posts_timestamp', on: ['timestamp', 'id'] },
      { name: 'posts_user_id', on: ['user_id', 'timestamp', 'id'] },
    ],
  },
)

/**
 * The association table of a many-to-many relationship of users with themselves: `follower_id` follows `followed_id`.
 * The clustered primary key answers "whom does X follow", the reverse index "who follows X", each by one range scan.
 */
export const followers = table(
  'followers',
  {
    follower_id: integer().notNull().references('users', 'id', { onDelete: 'CASCADE' }),
    followed_id: integer().notNull().references('users', 'id', { onDelete: 'CASCADE' }),
  },
  {
    primaryKey: ['follower_id', 'followed_id'],
    checks: ['follower_id <> followed_id'],
    strict: true,
    withoutRowid: true,
    indexes: [{ name: 'followers_followed_id', on: ['followed_id', 'follower_id'] }],
  },
)

/**
 * The staging table of an import. It is a temporary table of the connection, so no migration creates it. A record fills in the columns
 * of its type. Users are stored by id, or by name if the import creates them.
 */
export const staged = table('staged', {
  /** Position in the input, from 1. */
  position: integer().primaryKey(),
  line: integer(),
  user_id: integer(),
  username: text(),
  followed_id: integer(),
  followed: text(),
  email: text(),
  timestamp: text(),
  body: text(),
})

/**
 * The full-text index of posts (https://sqlite.org/fts5.html). It is an external content table: it stores no copy of the bodies, and
 * triggers keep it up to date. The statements are the same text as in the migration.
 */
const postsSearch = {
  name: 'posts_search',
  sql: `CREATE VIRTUAL TABLE posts_search USING fts5(body, content='posts', content_rowid='id', tokenize='unicode61 remove_diacritics 2')`,
}

const postsSearchTriggers = [
  {
    name: 'posts_search_insert',
    sql: `CREATE TRIGGER posts_search_insert AFTER INSERT ON posts BEGIN
  INSERT INTO posts_search (rowid, body) VALUES (new.id, new.body);
END`,
  },
  {
    name: 'posts_search_delete',
    sql: `CREATE TRIGGER posts_search_delete AFTER DELETE ON posts BEGIN
  INSERT INTO posts_search (posts_search, rowid, body) VALUES ('delete', old.id, old.body);
END`,
  },
  {
    name: 'posts_search_update',
    sql: `CREATE TRIGGER posts_search_update AFTER UPDATE OF id, body ON posts BEGIN
  INSERT INTO posts_search (posts_search, rowid, body) VALUES ('delete', old.id, old.body);
  INSERT INTO posts_search (rowid, body) VALUES (new.id, new.body);
END`,
  },
]

export const schema: SchemaDeclaration = { tables: [users, posts, followers], virtualTables: [postsSearch], triggers: postsSearchTriggers }

export type UserTable = InferTable<typeof users>
export type PostTable = InferTable<typeof posts>
export type FollowerTable = InferTable<typeof followers>

export interface Database {
  users: UserTable
  posts: PostTable
  followers: FollowerTable
  staged: InferTable<typeof staged>
}

export type User = Selectable<UserTable>
export type NewUser = Insertable<UserTable>
export type Post = Selectable<PostTable>
export type NewPost = Insertable<PostTable>
