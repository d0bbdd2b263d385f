/** Reads databases that this user cannot write: the file, its folder or the whole disk is read-only. */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { DatabaseError, describeCode, errorCode } from '../../errors.ts'
import { busyTimeout, connect, type Handle } from './addon.ts'

/** The largest file that is loaded into memory, in bytes. Loading takes twice the size of the file. */
const maxSize = 2 ** 30

export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Block the process for `time` milliseconds. */
export const pause = (time: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time)

/**
 * Open a database for reading. SQLite needs the WAL (`-wal`) and its index (`-shm`) to read a WAL database. If this user may not create
 * them, use the existing ones; if there are none, load the file into memory.
 * @throws DatabaseError, if a WAL or journal holds content but cannot be used, if the file is too large, or if it keeps changing.
 */
export function connectForReading(path: string): Handle {
  // In a writable folder SQLite would create a WAL even for a file of another user, who could not write that WAL.
  if (isWritable(path) && isWritable(dirname(path))) return connectOrLoad(path)
  const deadline = Date.now() + busyTimeout
  let version = ''
  // A file that does not change is tried a few times: a writer may be removing its WAL. One that changes is tried again, as a lock is.
  for (let tries = 0; tries < 25 && Date.now() < deadline; tries++) {
    const handle = connectThroughWal(path)
    if (handle) return handle
    const bytes = readUnchanged(path)
    if (bytes) return connectInMemory(bytes)
    pause(20)
    const current = readState(path).version
    if (current !== version) tries = 0
    version = current
  }
  const [log] = logsOf(path)
  if (log)
    throw new DatabaseError(`${path} cannot be read yet: part of it is still in ${basename(log)}`, 'run any command as its owner first')
  throw new DatabaseError(`${path} cannot be read: you may not write it, and another process keeps changing it`, 'try again')
}

/** On a full disk there is no room for the WAL's index: load the file into memory. */
function connectOrLoad(path: string): Handle {
  try {
    return connect(path)
  } catch (error) {
    const bytes = errorCode(error) === 'SQLITE_IOERR_SHMSIZE' ? readUnchanged(path) : undefined
    if (bytes) return connectInMemory(bytes)
    throw error
  }
}

/** Return undefined if the WAL or its index is missing, or if the last process that used them is removing them. */
function connectThroughWal(path: string): Handle | undefined {
  // Load the addon before the check: if the WAL disappears between the check and the opening, SQLite creates a new one.
  connect(':memory:').close()
  if (!existsSync(`${path}-wal`) || !existsSync(`${path}-shm`)) return undefined
  let handle: Handle | undefined
  try {
    handle = connect(path)
    if (statSync(path).size > maxSize) return handle
    // Copy the content to memory: if a killed process left the WAL, the next writer recovers it, and our statements would fail meanwhile.
    handle.exec('BEGIN')
    handle.pragma('schema_version')
    const bytes = handle.serialize()
    handle.close()
    return connectInMemory(bytes)
  } catch (error) {
    handle?.close()
    if (/^SQLITE_(CANTOPEN|READONLY|PROTOCOL)/.test(errorCode(error) ?? '')) return undefined
    throw error
  }
}

function connectInMemory(bytes: Buffer): Handle {
  // File format write and read version: 2 is WAL, 1 is rollback journal (https://sqlite.org/fileformat.html).
  bytes.fill(1, 18, 20)
  const handle = connect(bytes)
  // Large sorts would otherwise write rows to the folder for temporary files.
  handle.pragma('temp_store = MEMORY')
  return handle
}

/**
 * Read the whole file. The bytes are one consistent state with every committed change.
 * Return undefined if a WAL or journal holds content, or if another process changed the file meanwhile.
 */
export function readUnchanged(path: string): Buffer | undefined {
  const before = readState(path)
  if (before.logs.length > 0) return undefined
  if (before.size > maxSize)
    throw new DatabaseError(
      `${path} is larger than 1 GiB: reading it needs permission to write it`,
      'ask its owner for a copy:  microblog db backup copy.db',
    )
  // Two changes within one step of the clock leave the same timestamp, so wait until a later change is visible.
  if (Math.abs(Date.now() - before.changed) < before.clockStep) pause(before.clockStep)
  const bytes = tryRead(path, () => readFileSync(path))
  return readState(path).version === before.version ? bytes : undefined
}

/** Compared before and after reading a file, to notice that it changed meanwhile. */
interface FileState {
  readonly size: bigint
  /** The non-empty WAL or journal files beside the database. */
  readonly logs: readonly string[]
  /** Differs after every change. */
  readonly version: string
  /** When the file last changed, in milliseconds, as `Date.now()` counts. */
  readonly changed: number
  /** The resolution of `changed` in milliseconds: a kernel tick, or up to 2 s on a file system that stores whole seconds. */
  readonly clockStep: number
}

/** Look at the file before its logs: if the file has not changed since, it was complete when the logs were empty. */
function readState(path: string): FileState {
  const { dev, ino, size, mtimeNs, ctimeNs } = tryRead(path, () => statSync(path, { bigint: true }))
  const logs = logsOf(path)
  return {
    size,
    logs,
    version: [dev, ino, size, mtimeNs, ctimeNs, ...logs].join(' '),
    changed: Number(ctimeNs / 1_000_000n),
    clockStep: ctimeNs % 1_000_000_000n === 0n ? 2000 : 20,
  }
}

/** The non-empty WAL and journal files beside the database. */
const logsOf = (path: string): string[] =>
  ['-wal', '-journal'].map((suffix) => path + suffix).filter((log) => tryRead(path, () => statSync(log, { throwIfNoEntry: false }))?.size)

/** Run `work`. @throws DatabaseError instead of a system error. */
function tryRead<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new DatabaseError(`${path} cannot be read: ${describeCode(error)}`, 'check the permissions of the file')
  }
}
