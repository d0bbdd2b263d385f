/** Opening SQLite files: what is ours, what is not, and the settings that every connection has. */
import { closeSync, existsSync, openSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseError, describeCode, errorCode, MissingDatabaseError, NotFoundError, WrongDatabaseError } from '../../errors.ts'
import { busyTimeout, connect, type Handle } from './addon.ts'
import { connectForReading, isWritable, pause } from './read-only.ts'

/** 'mblg' in the file's header tells our databases from all others (https://sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x6d626c67
/** `any` is `write` for a file that need not be ours yet. */
export type Access = 'read' | 'write' | 'any'

/**
 * Open an existing database. A reader cannot write (`query_only`), but it is no `readonly` handle, which could
 * not recover the file after a crash. Where the file or its folder cannot be written, it may read the file into memory.
 * @throws MissingDatabaseError, or DatabaseError if the file is not one of ours.
 */
export function openDatabase(path: string, access: Access): Handle {
  checkFile(path)
  if (access === 'read') return configure(connectForReading(path), path, access)
  checkWritable(path)
  return configure(connect(path), path, access)
}

/** Open the database at `path`, creating it (mode 0600, WAL) if there is none. The log then has the mode of the file. */
export function createDatabase(path: string): Handle {
  checkFolder(path)
  if (look(path)) checkWritable(path)
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    throw new WrongDatabaseError(`${path} cannot be created: ${describeCode(error)}`)
  }
  look(path)
  const handle = configure(connect(path), path, 'write')
  claim(handle)
  return handle
}

/** What makes a new database one of ours; WAL stays set in the file. */
export const claimSql: readonly string[] = ['PRAGMA journal_mode = WAL', `PRAGMA application_id = ${applicationId}`]

export function claim(handle: Handle): void {
  waitWhileBusy(() => handle.pragma('journal_mode = WAL'))
  if (handle.pragma('application_id', { simple: true }) !== applicationId) handle.pragma(`application_id = ${applicationId}`)
}

/** A fresh, empty database that is nowhere on disk. */
export function openMemory(): Handle {
  return configure(connect(':memory:'), ':memory:', 'write')
}

function checkFile(path: string): void {
  const stats = look(path)
  if (!stats) throw new MissingDatabaseError(path, false)
  if (stats.size === 0) throw new MissingDatabaseError(path, true)
}

/** undefined if there is nothing at `path`. @throws DatabaseError, if it is no file. */
function look(path: string): Stats | undefined {
  let stats: Stats | undefined
  try {
    stats = statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw new WrongDatabaseError(`${path} cannot be reached: ${describeCode(error)}`)
  }
  if (!stats || stats.isFile()) return stats
  throw new WrongDatabaseError(`${path} is ${stats.isDirectory() ? 'a folder' : 'not a file'}`)
}

/** SQLite would find out as well, but leave a log behind that its owner cannot write. */
function checkWritable(path: string): void {
  if (!isWritable(path))
    throw new DatabaseError(`${path}: the database cannot be written`, 'check the permissions of the file and of its folder')
}

function checkFolder(path: string): void {
  const folder = dirname(path)
  if (!existsSync(folder)) throw new NotFoundError(`no folder ${folder}`, `create it:  mkdir -p ${folder}`)
}

function configure(handle: Handle, path: string, access: Access): Handle {
  try {
    handle.pragma('trusted_schema = OFF')
    handle.pragma('cell_size_check = ON')
    handle.pragma('foreign_keys = ON')
    handle.pragma('synchronous = FULL')
    if (access === 'read') handle.pragma('query_only = ON')
    // SQLite's own default, not better-sqlite3's 16 MB: a timeline of 5,000 takes 17 ms instead of 33, because fresh memory costs more than reading.
    if (access === 'read') handle.pragma('cache_size = -2000')
    if (access !== 'any') checkIsOurs(handle, path)
    return handle
  } catch (error) {
    handle.close()
    throw error
  }
}

/** Anything with our application id, and an empty database, which `db upgrade` leaves if it is killed before its first commit. */
function checkIsOurs(handle: Handle, path: string): void {
  if (handle.pragma('application_id', { simple: true }) === applicationId) return
  if (handle.prepare('SELECT 1 FROM sqlite_schema').get() === undefined) return
  throw new WrongDatabaseError(`${path} is a database of another program`)
}

/** Changing the journal mode needs the file alone, and SQLite does not wait for that by itself. */
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
