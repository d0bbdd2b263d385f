/** Notices that the file of an open database was moved, replaced or removed: what is written to it then is lost. */
import { statSync } from 'node:fs'
import { DatabaseError } from '../../errors.ts'
import type { Handle } from './addon.ts'

interface OpenFile {
  readonly path: string
  readonly identity: string | undefined
}

const openFiles = new WeakMap<object, OpenFile>()

function identityOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}`
}

/** Open the file at `path` with `connect` and remember which file it is. */
export function connectTo(path: string, connect: (path: string) => Handle): Handle {
  const identity = identityOf(path)
  const handle = connect(path)
  openFiles.set(handle, { path, identity })
  return handle
}

/** @throws DatabaseError, if the path now names another file than when it was opened, or none. A database in memory is never replaced. */
export function checkNotReplaced(handle: object): void {
  const file = openFiles.get(handle)
  if (!file || identityOf(file.path) === file.identity) return
  throw new DatabaseError(`${file.path} was replaced or removed while it was open: nothing was changed`, 'run it again')
}
