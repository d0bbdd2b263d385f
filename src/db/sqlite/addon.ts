/** Loads better-sqlite3: finds the compiled addon that matches, and checks the versions of Node and SQLite. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type SQLite from 'better-sqlite3'
import BundledSQLite from 'better-sqlite3'
import { version as bundledVersion } from 'better-sqlite3/package.json'
import { DatabaseError, errorCode } from '../../errors.ts'

export type Handle = SQLite.Database

/** How long a connection waits for a lock, in milliseconds. */
export const busyTimeout = 30_000
/** Older versions can corrupt a WAL database when several processes checkpoint it at once (https://sqlite.org/wal.html#walresetbug). */
const minimumVersion = [3, 51, 3]

/**
 * Open a database file, or a database in memory from the bytes of a file. Only the busy timeout is set. The version check reads the
 * schema, so SQLite has opened the WAL when this returns.
 */
export function connect(source: string | Buffer): Handle {
  const handle = open(source, { timeout: busyTimeout })
  try {
    checkVersion(handle)
    return handle
  } catch (error) {
    handle.close()
    throw error
  }
}

/**
 * Use the bundled JavaScript of better-sqlite3 if the installed package has the same version and an addon compiled on this machine;
 * otherwise load the installed JavaScript, a dozen files, which takes five times as long.
 */
function open(source: string | Buffer, options: SQLite.Options): Handle {
  const { require, file, version } = installedPackage()
  checkAddon(version)
  const nativeBinding = join(dirname(file), 'build/Release/better_sqlite3.node')
  const name = typeof source === 'string' ? untrimmed(source) : source
  try {
    if (version === bundledVersion && existsSync(nativeBinding)) return new BundledSQLite(name, { ...options, nativeBinding })
    const InstalledSQLite = require('better-sqlite3') as typeof SQLite
    return new InstalledSQLite(name, options)
  } catch (error) {
    throw isLoadError(error) ? addonError(dirname(dirname(dirname(file)))) : error
  }
}

function installedPackage() {
  const require = createRequire(import.meta.filename)
  const file = require.resolve('better-sqlite3/package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return { require, file, version }
}

/** better-sqlite3 trims the path, and would open another file. A NUL ends it for SQLite but not for `trim`. */
const untrimmed = (path: string): string => (path === path.trim() ? path : `${path}\0`)

/** Whether the addon is missing, damaged or compiled for another version of Node. */
function isLoadError(error: unknown): boolean {
  return errorCode(error) === 'ERR_DLOPEN_FAILED' || (error instanceof Error && error.message.includes('better_sqlite3.node'))
}

const addonError = (folder: string): DatabaseError =>
  new DatabaseError(
    `better-sqlite3 does not load on Node ${process.versions.node}: it was compiled for another version, or not at all`,
    `compile it again:  cd ${folder} && npm rebuild better-sqlite3`,
  )

/** better-sqlite3 13 needs Node-API 10 and crashes without a message on older versions. Some package managers ignore `engines`. */
function checkAddon(version: string): void {
  if (Number(process.versions.napi) >= 10 || Number.parseInt(version, 10) < 13) return
  throw new DatabaseError(
    `better-sqlite3 ${version} does not run on Node ${process.versions.node}`,
    'use Node 22.14 or newer, or install with npm',
  )
}

/** `SQLite 3.53.2 (better-sqlite3 12.11.1)` */
export function sqliteVersion(): string {
  const handle = connect(':memory:')
  try {
    return `SQLite ${readVersion(handle)} (better-sqlite3 ${installedPackage().version})`
  } finally {
    handle.close()
  }
}

const readVersion = (handle: Handle): string => handle.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '0'

function checkVersion(handle: Handle): void {
  const version = readVersion(handle)
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const [minMajor = 0, minMinor = 0, minPatch = 0] = minimumVersion
  if ((major - minMajor || minor - minMinor || patch - minPatch) >= 0) return
  throw new DatabaseError(`SQLite ${version} is too old`, `install a better-sqlite3 that has SQLite ${minimumVersion.join('.')} or newer`)
}
