/** Databases that may be read but not written: a file, a folder or a whole disk that is read-only to this user. */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { DatabaseError, describeCode, errorCode } from '../../errors.ts'
import { connect, type Handle } from './addon.ts'

/** Bytes. To open a database in memory takes twice its size. */
const largest = 2 ** 30

export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Wait, with the whole process; milliseconds. */
export const pause = (time: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time)

/**
 * A connection for reading. SQLite reads a WAL database through its log (`-wal`) and the index of the log (`-shm`). Where this user
 * cannot create these, a database that has them is read through them, and any other is read into memory.
 * @throws DatabaseError, if part of the database is in a log that cannot be read, if the file is too large, or if it never stops changing.
 */
export function connectForReading(path: string): Handle {
  // A log that is created beside a file of somebody else would be one that its owner cannot write.
  if (isWritable(path) && isWritable(dirname(path))) return connect(path)
  for (let tries = 0; tries < 25; tries++) {
    const handle = connectThroughLog(path)
    if (handle) return handle
    const bytes = readUnchanged(path)
    if (bytes) return connectInMemory(bytes)
    pause(20)
  }
  const [log] = logsOf(path)
  if (log)
    throw new DatabaseError(`${path} cannot be read yet: part of it is still in ${basename(log)}`, 'run any command as its owner first')
  throw new DatabaseError(`${path} cannot be written by you, and somebody else is writing it all the time`, 'try again')
}

/** undefined if there is no log with an index, or if the last process that had them open is removing them. */
function connectThroughLog(path: string): Handle | undefined {
  // Loads the addon, so that no time passes between the check and the opening: SQLite creates a log that has gone meanwhile.
  connect(':memory:').close()
  if (!existsSync(`${path}-wal`) || !existsSync(`${path}-shm`)) return undefined
  let handle: Handle | undefined
  try {
    handle = connect(path)
    if (statSync(path).size > largest) return handle
    // In memory too: if the log was left by a killed process, each statement fails that meets the next writer's recovery of it.
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
  // The file format versions for writing and reading: 2 means WAL, 1 without (https://sqlite.org/fileformat.html).
  bytes.fill(1, 18, 20)
  const handle = connect(bytes)
  // No sort may write rows to the folder for temporary files either.
  handle.pragma('temp_store = MEMORY')
  return handle
}

/**
 * The bytes of the database as they were at one moment, with every change committed by then.
 * undefined if part of it is in a log, or if another process changed it meanwhile.
 */
export function readUnchanged(path: string): Buffer | undefined {
  const before = look(path)
  if (before.logs.length > 0) return undefined
  if (before.size > largest)
    throw new DatabaseError(
      `${path} is larger than 1 GiB: without permission to write it, it cannot be read`,
      'have its owner make you a copy:  microblog db backup copy.db',
    )
  // A second change within one step of the clock would leave the same time.
  if (Math.abs(Date.now() - before.changed) < before.clockStep) pause(before.clockStep)
  const bytes = reading(path, () => readFileSync(path))
  return look(path).version === before.version ? bytes : undefined
}

/** The file first: if it has not changed since, it was complete when its log was found to be empty. */
function look(path: string) {
  const { dev, ino, size, mtimeNs, ctimeNs } = reading(path, () => statSync(path, { bigint: true }))
  const logs = logsOf(path)
  return {
    size,
    logs,
    version: [dev, ino, size, mtimeNs, ctimeNs, ...logs].join(' '),
    /** Milliseconds, as `Date.now()` counts. */
    changed: Number(ctimeNs / 1_000_000n),
    /** Milliseconds: a tick of the kernel, or up to 2 s in a file system that keeps no fractions of a second. */
    clockStep: ctimeNs % 1_000_000_000n === 0n ? 2000 : 20,
  }
}

/** The logs beside the database that are not empty. */
const logsOf = (path: string): string[] =>
  ['-wal', '-journal'].map((suffix) => path + suffix).filter((log) => reading(path, () => statSync(log, { throwIfNoEntry: false }))?.size)

/** @throws DatabaseError in place of a system error. */
function reading<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new DatabaseError(`${path} cannot be read: ${describeCode(error)}`, 'check the permissions of the file')
  }
}
