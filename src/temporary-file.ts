/** A file is written under a temporary name beside its final place, and so appears there complete or not at all, also after a crash. */
import { closeSync, fsyncSync, linkSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describeCode, errorCode, MicroblogError } from './errors.ts'

/** The suffixes are those of SQLite's own files beside a database. */
const pattern = /^\..*\.unfinished-(\d+)(?:-wal|-shm|-journal)?$/

/**
 * A hidden name in the folder of `file`, which contains the id of this process. First removes the temporary files in that folder that
 * killed processes left.
 */
export function temporaryPath(file: string): string {
  const folder = dirname(file)
  removeAbandoned(folder)
  // 50 UTF-16 units are at most 150 bytes, and a name may have 255.
  return join(folder, `.${basename(file).slice(0, 50)}.unfinished-${process.pid}`)
}

/** Remove the temporary files in the folder that killed processes left. One may be a second name of a file that was just complete. */
export function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const id = pattern.exec(name)?.[1]
    if (id !== undefined && isAbandoned(Number(id))) tryToRemove(join(folder, name))
  }
}

/** Remove the temporary file if it is still there. */
export function removeTemporary(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) tryToRemove(path + suffix)
}

/** Never throws: what stays is removed by the next call of `temporaryPath`. */
function tryToRemove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // The result does not depend on it.
  }
}

/** Give the file its name. An existing file is replaced. The folder is written to the disk too, because it holds the name. */
export function publish(temporary: string, file: string): void {
  syncPath(temporary)
  renameSync(temporary, file)
  syncName(file)
}

/** Like `publish`, but never replaces a file. @throws an error with the code EEXIST, if there is one */
export function publishNew(temporary: string, file: string): void {
  syncPath(temporary)
  try {
    linkSync(temporary, file)
    tryToRemove(temporary)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw error
    // Not every file system has hard links.
    renameSync(temporary, file)
  }
  syncName(file)
}

function syncName(file: string): void {
  try {
    syncPath(dirname(file))
  } catch (error) {
    throw new MicroblogError(`${file} is written, but may not be on the disk yet: ${describeCode(error)}`, 1, 'check the disk')
  }
}

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Whether no other process has this id. In containers every run of a program may have the same one. */
function isAbandoned(id: number): boolean {
  if (id === process.pid) return true
  try {
    process.kill(id, 0)
    return false
  } catch (error) {
    // EPERM: the process of another user.
    return errorCode(error) === 'ESRCH'
  }
}
