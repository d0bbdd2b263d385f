import { describe, expect, it } from 'vitest'
import { execute } from '../support/database.ts'
import { world } from '../support/run.ts'

const insertUser = (column: string, value: string) =>
  column === 'username'
    ? `INSERT INTO users (username) VALUES (${value})`
    : `INSERT INTO users (username, ${column}) VALUES ('x', ${value})`
const insertPost = (body: string, timestamp = "'2026-01-02T03:04:05.678Z'", author = '1') =>
  `INSERT INTO posts (body, timestamp, user_id) VALUES (${body}, ${timestamp}, ${author})`

describe('the constraints of the database', () => {
  it.each([
    ['a long username', insertUser('username', `'${'a'.repeat(65)}'`)],
    ['an empty username', insertUser('username', "''")],
    ['a username with a space', insertUser('username', "'a b'")],
    ['a username that starts with a hyphen', insertUser('username', "'-a'")],
    ['a username with a non-ASCII letter', insertUser('username', "'é'")],
    ['no username', insertUser('username', 'NULL')],
    ['a blob as username', insertUser('username', "x'00'")],
    ['a username that is taken, in another case', insertUser('username', "'ALICE'")],
    ['a long email', insertUser('email', `'${'é'.repeat(121)}'`)],
    ['an email that is taken, in another case', insertUser('email', "'A@B'")],
    ['a long password hash', insertUser('password_hash', `'${'a'.repeat(129)}'`)],
    ['an empty post', insertPost("''")],
    ['a post of 141 characters', insertPost(`'${'😀'.repeat(141)}'`)],
    ['a post with a NUL', insertPost("'a' || char(0) || 'b'")],
    ['a timestamp in another format', insertPost("'x'", "'2026-01-02 03:04:05'")],
    ['a post by an unknown user', insertPost("'x'", undefined, '99')],
    ['a follow of oneself', 'INSERT INTO followers VALUES (1, 1)'],
    ['a follow of an unknown user', 'INSERT INTO followers VALUES (1, 99)'],
    ['a second row for the same follow', 'INSERT INTO followers VALUES (1, 2); INSERT INTO followers VALUES (1, 2)'],
  ])('refuse %s', async (_what, sql) => {
    const { run, db } = await world('bob')
    await run('user add alice --email a@b')
    expect(() => execute(db, `PRAGMA foreign_keys = ON; ${sql}`)).toThrow(/constraint failed|cannot store/)
  })

  it('accept the longest allowed values, counted in code points', async () => {
    const { db } = await world()
    execute(db, insertUser('username', `'${'a'.repeat(64)}'`))
    execute(db, insertUser('email', `'${'😀'.repeat(120)}'`))
    execute(db, insertPost(`'${'😀'.repeat(140)}'`))
  })
})
