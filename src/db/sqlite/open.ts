/** Opens SQLite files, checks that they are microblog databases, and sets the PRAGMAs of every connection. */
import { closeSync, existsSync, openSync, rmSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  DatabaseError,
  describeCode,
  errorCode,
  MissingDatabaseError,
  missingFolder,
  UnmarkedDatabaseError,
  WrongDatabaseError,
} from '../../errors.ts'
import { removeAbandoned } from '../../temporary-file.ts'
import type { MigrationAccess } from '../engine.ts'
import { busyTimeout, connect, type Handle } from './addon.ts'
import { connectTo } from './file-identity.ts'
import { connectForReading, isWritable, pause } from './read-only.ts'

type Access = Exclude<MigrationAccess, 'create'>

/** 'mblg' in the file header marks a microblog database (https://sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x6d626c67

/**
 * Open an existing database. `read` sets `query_only` instead of opening the file read-only, because a read-only connection cannot
 * recover the file after a crash. If the file or its folder is not writable, `read` may load the database into memory.
 * @throws MissingDatabaseError, WrongDatabaseError if it is not a microblog database, or DatabaseError if it cannot be written or read.
 */
export function openDatabase(path: string, access: Access): Handle {
  checkFile(path)
  if (access === 'read') return configure(connectForReading(path), path, access)
  checkWritable(path)
  return configure(connectTo(path, connect), path, access)
}

/** Open the database at `path`. If there is none, create it in WAL mode with mode 0600; SQLite gives its WAL the same mode. */
export function createDatabase(path: string): Handle {
  checkFolder(path)
  const existing = statFile(path)
  if (existing) checkWritable(path)
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    throw new WrongDatabaseError(`${path} cannot be created: ${describeCode(error)}`)
  }
  try {
    const handle = configure(connectTo(path, connect), path, 'write')
    setPersistentPragmas(handle)
    return handle
  } catch (error) {
    // Another process that has opened the empty file meanwhile notices before its COMMIT that it is gone.
    if (!existing && statFile(path)?.size === 0) rmSync(path)
    throw error
  }
}

/** The settings that SQLite stores in the file itself: WAL mode and our application_id. */
export const persistentPragmas: readonly string[] = ['PRAGMA journal_mode = WAL', `PRAGMA application_id = ${applicationId}`]

export function setPersistentPragmas(handle: Handle): void {
  waitWhileBusy(() => handle.pragma('journal_mode = WAL'))
  if (handle.pragma('application_id', { simple: true }) !== applicationId) handle.pragma(`application_id = ${applicationId}`)
}

/** Open a new, empty in-memory database. */
export function openMemory(): Handle {
  return configure(connect(':memory:'), ':memory:', 'write')
}

/** Whether there is anything to open at `path`. `db upgrade` creates the database in an empty file, such as one of mktemp. */
export function isDatabase(path: string): boolean {
  if (!existsSync(path)) return false
  const stats = statSync(path)
  return !stats.isFile() || stats.size > 0
}

function checkFile(path: string): void {
  const stats = statFile(path)
  if (!stats) throw new MissingDatabaseError(path, false)
  if (stats.size === 0) throw new MissingDatabaseError(path, true)
}

/** Return undefined if nothing exists at `path`. @throws WrongDatabaseError, if it is not a file. */
function statFile(path: string): Stats | undefined {
  let stats: Stats | undefined
  try {
    stats = statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw new WrongDatabaseError(`${path} cannot be reached: ${describeCode(error)}`)
  }
  if (!stats || stats.isFile()) return stats
  throw new WrongDatabaseError(`${path} is ${stats.isDirectory() ? 'a folder' : 'not a file'}`)
}

/** Check before SQLite does: SQLite would first create a WAL that the owner of the database cannot write. */
function checkWritable(path: string): void {
  if (!isWritable(path))
    throw new DatabaseError(`${path}: the database cannot be written`, 'check the permissions of the file and of its folder')
  const fault = linkFault(path)
  if (fault) throw new DatabaseError(`${path}: ${fault}`, 'remove the other names, or write to a copy:  microblog db backup copy.db')
}

/** SQLite names the WAL after the path, so each name of the file would have a WAL of its own, and changes would be lost. */
export function linkFault(path: string): string | undefined {
  if (statSync(path).nlink > 1) removeAbandoned(dirname(path))
  const { nlink } = statSync(path)
  return nlink > 1 ? `the file has ${nlink} names (hard links), so it can only be read` : undefined
}

function checkFolder(path: string): void {
  const folder = dirname(path)
  if (!existsSync(folder)) throw missingFolder(folder)
}

function configure(handle: Handle, path: string, access: Access): Handle {
  try {
    handle.pragma('trusted_schema = OFF')
    handle.pragma('cell_size_check = ON')
    handle.pragma('foreign_keys = ON')
    handle.pragma('synchronous = FULL')
    if (access === 'read') handle.pragma('query_only = ON')
    // 2 MB, SQLite's default, not 16 MB: allocating memory takes longer than reading pages. A timeline of 5,000 posts: 17 ms, not 33.
    if (access === 'read') handle.pragma('cache_size = -2000')
    if (access !== 'write-unmarked') checkIsOurs(handle, path)
    checkTables(handle, path)
    // A dump does not contain the journal mode, so a restored database is not in WAL mode.
    if (access === 'write' && journalMode(handle) === 'delete') setPersistentPragmas(handle)
    return handle
  } catch (error) {
    handle.close()
    throw error
  }
}

/** `wal`, `delete` or, for a database in memory, `memory`. */
export const journalMode = (handle: Handle): unknown => handle.pragma('journal_mode', { simple: true })

/**
 * A file that somebody else made may hold anything. A view or virtual table in the place of a table could run for ever, and UTF-16 text
 * would reach the output as it is.
 */
function checkTables(handle: Handle, path: string): void {
  const encoding = handle.pragma('encoding', { simple: true })
  if (encoding !== 'UTF-8') throw new WrongDatabaseError(`${path} has text in ${encoding}, not in UTF-8`)
  const name = handle.prepare<[], string>(selectNoTable).pluck().get()
  if (name !== undefined) throw new WrongDatabaseError(`${path}: ${name} is not an ordinary table`)
}

const selectNoTable = `
  SELECT name FROM sqlite_schema
  WHERE lower(name) IN ('users', 'posts', 'followers', 'schema_migrations') AND (type <> 'table' OR rootpage = 0)`

/** Accepts our application_id or a database without tables, which `db upgrade` leaves if it is killed before its first commit. */
function checkIsOurs(handle: Handle, path: string): void {
  const isMarked = () => handle.pragma('application_id', { simple: true }) === applicationId
  if (isMarked() || handle.prepare('SELECT 1 FROM sqlite_schema').get() === undefined) return
  // Another process may have marked it and created the tables in between.
  if (isMarked()) return
  if (handle.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'").get() !== undefined) {
    throw new UnmarkedDatabaseError(
      `${path} has the tables of microblog, but is not marked as its database: a dump does not contain the mark`,
    )
  }
  throw new WrongDatabaseError(`${path} is a database of another program`)
}

/** Changing the journal mode needs an exclusive lock, and SQLite does not wait for it: retry until the busy timeout. */
function waitWhileBusy(work: () => void): void {
  const deadline = Date.now() + busyTimeout
  for (;;) {
    try {
      work()
      return
    } catch (error) {
      if (!errorCode(error)?.startsWith('SQLITE_BUSY') || Date.now() > deadline) throw error
      pause(5)
    }
  }
}
