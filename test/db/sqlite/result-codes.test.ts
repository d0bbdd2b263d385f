import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { SqliteEngine } from '../../../src/db/sqlite/sqlite-engine.ts'

const explain = (code: string) => new SqliteEngine('x.db', '').explain(new SQLite.SqliteError('what SQLite says', code))

describe('an error of SQLite is put into words', () => {
  it.each([
    ['SQLITE_BUSY_SNAPSHOT', 4, 'x.db: the database is locked: another process has held the lock for 30 seconds'],
    ['SQLITE_PROTOCOL', 4, 'x.db: the database is locked'],
    ['SQLITE_FULL', 4, 'x.db: the disk is full'],
    ['SQLITE_IOERR_SHMSIZE', 4, 'x.db: the disk is full'],
    ['SQLITE_IOERR_FSTAT', 4, 'x.db: reading or writing the disk failed'],
    ['SQLITE_CORRUPT_VTAB', 4, 'x.db: the database is damaged'],
    ['SQLITE_NOTADB', 4, 'x.db: this is not a microblog database'],
    ['SQLITE_ERROR', 4, 'x.db: what SQLite says'],
    ['SQLITE_CONSTRAINT_UNIQUE', 1, 'refused by the database: what SQLite says'],
  ])('%s', (code, exitCode, message) => {
    expect(explain(code)).toMatchObject({ exitCode, message })
  })

  it('and no other error is changed', () => {
    const error = new TypeError('ours')
    expect(new SqliteEngine('x.db', '').explain(error)).toBe(error)
  })
})
