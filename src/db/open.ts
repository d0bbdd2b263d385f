/** Opening SQLite files: what is ours, what is not, and the settings that every connection has. */
import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import SQLite from 'better-sqlite3'
import { DatabaseError, errorCode, NotFoundError } from '../errors.ts'

/** 'mblg' in the file's header tells our databases from all others (https://sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x6d626c67
/** Writers wait for one another; milliseconds. */
const busyTimeout = 30_000
/** Older ones can corrupt a WAL database that several processes checkpoint at once (https://sqlite.org/wal.html#walresetbug). */
const oldestSqlite = [3, 51, 3]

export type Handle = SQLite.Database

/** There is no file at `path`: of all commands only `db upgrade` may make one. Exit 4. */
export class MissingDatabaseError extends DatabaseError {
  constructor(path: string) {
    super(`no database at ${path}`, 'create it:  microblog db upgrade')
  }
}

/**
 * Open an existing database. A reader cannot write (`query_only`), but it is no `readonly` handle, which could
 * not recover the file after a crash. Where the file or its folder cannot be written at all, it reads a private copy.
 * @throws MissingDatabaseError, or DatabaseError if the file is not one of ours.
 */
export function openDatabase(path: string, access: 'read' | 'write'): Handle {
  checkFile(path)
  try {
    return configure(connect(path), path, access)
  } catch (error) {
    if (access === 'write' || !isUnwritable(error)) throw error
    return openCopy(path)
  }
}

/** Open the database at `path`, creating it (mode 0600, WAL) if there is none. The log then has the mode of the file. */
export function createDatabase(path: string): Handle {
  checkFolder(path)
  try {
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    throw new DatabaseError(`${path}: cannot be created (${errorCode(error)})`, 'name another place with --db or MICROBLOG_DB')
  }
  checkIsFile(path)
  const handle = configure(connect(path), path, 'write')
  waitWhileBusy(() => handle.pragma('journal_mode = WAL'))
  if (handle.pragma('application_id', { simple: true }) !== applicationId) handle.pragma(`application_id = ${applicationId}`)
  return handle
}

/** A fresh, empty database that is nowhere on disk. */
export function openMemory(): Handle {
  return configure(connect(':memory:'), ':memory:', 'write')
}

function checkFile(path: string): void {
  if (!existsSync(path)) throw new MissingDatabaseError(path)
  checkIsFile(path)
  if (statSync(path).size === 0) throw new DatabaseError(`${path} is empty`, 'make it a database:  microblog db upgrade')
}

function checkIsFile(path: string): void {
  const stats = statSync(path)
  if (stats.isFile()) return
  throw new DatabaseError(`${path} is ${stats.isDirectory() ? 'a folder' : 'not a file'}`, 'name a file with --db or MICROBLOG_DB')
}

function checkFolder(path: string): void {
  const folder = join(path, '..')
  if (!existsSync(folder)) throw new NotFoundError(`no folder ${folder}`, `create it:  mkdir -p ${folder}`)
}

function connect(path: string): Handle {
  checkAddon()
  const handle = new SQLite(path, { timeout: busyTimeout, ...nativeBinding() })
  checkVersion(handle)
  return handle
}

/** Where the addon was compiled on this machine, better-sqlite3 need not search for it, which takes as long as opening it. */
function nativeBinding(): { nativeBinding?: string } {
  const compiled = join(dirname(packageFile()), 'build/Release/better_sqlite3.node')
  return existsSync(compiled) ? { nativeBinding: compiled } : {}
}

const packageFile = (): string => createRequire(import.meta.url).resolve('better-sqlite3/package.json')

/** better-sqlite3 13 needs Node-API 10 and crashes without a word where there is none (some package managers ignore `engines`). */
function checkAddon(): void {
  if (Number(process.versions.napi) >= 10) return
  const { version } = JSON.parse(readFileSync(packageFile(), 'utf8')) as { version: string }
  if (Number.parseInt(version, 10) < 13) return
  throw new DatabaseError(
    `better-sqlite3 ${version} does not run on Node ${process.versions.node}`,
    'use Node 22.14 or newer, or install with npm',
  )
}

function checkVersion(handle: Handle): void {
  const version = handle.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '0'
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const [oldMajor = 0, oldMinor = 0, oldPatch = 0] = oldestSqlite
  if ((major - oldMajor || minor - oldMinor || patch - oldPatch) >= 0) return
  throw new DatabaseError(`SQLite ${version} is too old`, `install a better-sqlite3 that has SQLite ${oldestSqlite.join('.')} or newer`)
}

function configure(handle: Handle, path: string, access: 'read' | 'write'): Handle {
  try {
    handle.pragma('trusted_schema = OFF')
    handle.pragma('cell_size_check = ON')
    handle.pragma('foreign_keys = ON')
    handle.pragma('synchronous = FULL')
    if (access === 'read') handle.pragma('query_only = ON')
    checkIsOurs(handle, path)
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
  throw new DatabaseError(`${path} is a database of another program`, 'name another one with --db or MICROBLOG_DB')
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
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

const isUnwritable = (error: unknown): boolean => /^SQLITE_(CANTOPEN|READONLY)/.test(errorCode(error) ?? '')

/**
 * A WAL database can only be read where its shared-memory file can be made, so where nothing may be written
 * it is read from a copy in the folder for temporary files, which is gone again when the handle closes.
 */
function openCopy(path: string): Handle {
  const folder = mkdtempSync(join(tmpdir(), 'microblog-'))
  const copy = join(folder, basename(path))
  try {
    copyFileSync(path, copy)
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
    const handle = configure(connect(copy), path, 'read')
    const close = handle.close.bind(handle)
    handle.close = () => {
      close()
      rmSync(folder, { recursive: true })
      return handle
    }
    return handle
  } catch (error) {
    rmSync(folder, { recursive: true })
    throw error
  }
}
