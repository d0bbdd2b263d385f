/** Atomic file writes: a file is written completely or not at all. */
import { closeSync, existsSync, fchmodSync, lstatSync, openSync, readlinkSync, type Stats, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { describeCode, MicroblogError, missingFolder, NotFoundError } from '../errors.ts'
import { publish, removeTemporary, temporaryPath } from '../temporary-file.ts'
import { FileOutput, type Io, type Output } from './io.ts'

/**
 * Let `work` write to a temporary file beside `path`, then give it this name. An existing file is replaced and its permissions are kept.
 * If `work` throws, or a signal arrives while `work` awaits, `path` is unchanged and the temporary file is deleted.
 * A device, named pipe or other file that is not regular is written directly.
 * @throws NotFoundError, if the file cannot be written
 */
export async function writeWholeFile(
  path: string,
  work: (output: Output) => Promise<void>,
  { beforeSignal }: Pick<Io, 'beforeSignal'>,
): Promise<void> {
  if (!existsSync(dirname(path))) throw missingFolder(dirname(path))
  const existing = explained(path, () => statSync(path, { throwIfNoEntry: false }))
  if (existing && !existing.isFile()) return writeTo(path, () => openSync(path, 'w'), work)
  const target = explained(path, () => followLinks(path))
  const temporary = explained(path, () => temporaryPath(target))
  const unregister = beforeSignal?.(() => removeTemporary(temporary))
  try {
    await writeTo(path, () => create(temporary, existing), work)
    explained(path, () => publish(temporary, target))
  } finally {
    removeTemporary(temporary)
    unregister?.()
  }
}

/** The file that the path names in the end; it need not exist. A shell writes through a link too. */
function followLinks(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  return isLink ? followLinks(resolve(dirname(path), readlinkSync(path))) : path
}

function create(temporary: string, existing: Stats | undefined): number {
  const descriptor = openSync(temporary, 'wx')
  if (existing) fchmodSync(descriptor, existing.mode & 0o777)
  return descriptor
}

const isNoTerminal = (): boolean => false
const noColumns = (): number => 80

async function writeTo(path: string, open: () => number, work: (output: Output) => Promise<void>): Promise<void> {
  const descriptor = explained(path, open)
  try {
    await work(new FileOutput(descriptor, isNoTerminal, noColumns))
  } finally {
    closeSync(descriptor)
  }
}

function explained<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof MicroblogError) throw error
    throw new NotFoundError(`${path} cannot be written: ${describeCode(error)}`, 'name another file, or check the folder')
  }
}
