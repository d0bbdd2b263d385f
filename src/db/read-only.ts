/** Databases that may be read but not written: a file, a folder or a whole disk that is read-only to this user. */
import { accessSync, chmodSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { DatabaseError, describeCode } from '../errors.ts'

/**
 * A WAL database can only be read where its log and shared memory can be made, or are there already because somebody is writing it.
 * A file that is read-only in a folder that is not would get a log that its owner cannot write.
 */
export const canHaveLog = (path: string): boolean => existsSync(`${path}-shm`) || (isWritable(path) && isWritable(dirname(path)))

export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** A private copy in the folder for temporary files, and how to be rid of it. */
export function makeCopy(path: string): { readonly copy: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'microblog-'))
  const copy = join(folder, basename(path))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    copyUnchanged(path, copy)
    return { copy, remove }
  } catch (error) {
    remove()
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError(`${path} cannot be read: ${describeCode(error)}`, 'check the permissions of the file')
  }
}

/** Copy until nobody has written meanwhile: half of a change is no database. */
function copyUnchanged(path: string, copy: string): void {
  for (let tries = 0; tries < 10; tries++) {
    const before = statSync(path, { bigint: true })
    copyFileSync(path, copy)
    chmodSync(copy, 0o600)
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
    const after = statSync(path, { bigint: true })
    if (before.mtimeNs === after.mtimeNs && before.size === after.size) return
  }
  throw new DatabaseError(`${path} cannot be written by you, and somebody else is writing it all the time`, 'try again')
}
