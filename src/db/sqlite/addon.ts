/** better-sqlite3, loaded with care: the right build, found quickly, with an SQLite that can be trusted. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type SQLite from 'better-sqlite3'
import BundledSQLite from 'better-sqlite3'
import { version as bundledVersion } from 'better-sqlite3/package.json'
import { DatabaseError, errorCode } from '../../errors.ts'

export type Handle = SQLite.Database

/** Writers wait for one another; milliseconds. */
export const busyTimeout = 30_000
/** Older ones can corrupt a WAL database that several processes checkpoint at once (https://sqlite.org/wal.html#walresetbug). */
const oldestSqlite = [3, 51, 3]

/** A connection with the busy timeout and nothing else set, to a file or to the bytes of one. It has read the schema, and so opened the log. */
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
 * The bundle holds better-sqlite3's JavaScript, which is a dozen small files and takes five times as long to load from them.
 * It fits the addon of its own version, compiled on this machine; any other is loaded by its own.
 */
function open(source: string | Buffer, options: SQLite.Options): Handle {
  const require = createRequire(import.meta.url)
  const file = require.resolve('better-sqlite3/package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  checkAddon(version)
  const nativeBinding = join(dirname(file), 'build/Release/better_sqlite3.node')
  try {
    if (version === bundledVersion && existsSync(nativeBinding)) return new BundledSQLite(source, { ...options, nativeBinding })
    const InstalledSQLite = require('better-sqlite3') as typeof SQLite
    return new InstalledSQLite(source, options)
  } catch (error) {
    throw isLoadFault(error) ? addonError(dirname(dirname(dirname(file)))) : error
  }
}

/** The addon is not there, is damaged, or is for another Node: the one that was there when it was installed. */
function isLoadFault(error: unknown): boolean {
  return (
    errorCode(error) === 'ERR_DLOPEN_FAILED' || (error instanceof Error && error.message.startsWith('Could not locate the bindings file'))
  )
}

const addonError = (folder: string): DatabaseError =>
  new DatabaseError(
    `better-sqlite3 does not load on Node ${process.versions.node}: it was compiled for another version, or not at all`,
    `compile it again:  cd ${folder} && npm rebuild better-sqlite3`,
  )

/** better-sqlite3 13 needs Node-API 10 and crashes without a word where there is none (some package managers ignore `engines`). */
function checkAddon(version: string): void {
  if (Number(process.versions.napi) >= 10 || Number.parseInt(version, 10) < 13) return
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
