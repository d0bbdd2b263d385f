/** Atomic file writes: a file is written completely or not at all. */
import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describeCode, missingFolder, NotFoundError } from '../errors.ts'
import { FileOutput, type Io, type Output } from './io.ts'

/**
 * Let `work` write to a temporary file beside `path`, then rename it to `path`. An existing file is replaced and its permissions are kept.
 * If `work` throws, or a signal arrives while `work` awaits, `path` is unchanged and the temporary file is deleted.
 * A device, named pipe or other file that is not regular is written directly.
 */
export async function writeWholeFile(
  path: string,
  work: (output: Output) => Promise<void>,
  { beforeSignal }: Pick<Io, 'beforeSignal'>,
): Promise<void> {
  if (!existsSync(dirname(path))) throw missingFolder(dirname(path))
  const target = existsSync(path) ? realpathSync(path) : path
  if (existsSync(target) && !statSync(target).isFile()) return writeTo(target, 'w', work)
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}`)
  const unregister = beforeSignal?.(() => rmSync(temporary, { force: true }))
  const mode = existsSync(target) ? statSync(target).mode & 0o777 : undefined
  try {
    await writeTo(temporary, 'wx', work, mode)
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    unregister?.()
  }
}

const isNoTerminal = (): boolean => false
const noColumns = (): number => 80

async function writeTo(path: string, flags: 'w' | 'wx', work: (output: Output) => Promise<void>, mode?: number): Promise<void> {
  const descriptor = open(path, flags, mode)
  try {
    await work(new FileOutput(descriptor, isNoTerminal, noColumns))
    if (flags === 'wx') fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function open(path: string, flags: 'w' | 'wx', mode?: number): number {
  try {
    return openSync(path, flags, mode)
  } catch (error) {
    throw new NotFoundError(
      flags === 'w' ? `${path} cannot be written: ${describeCode(error)}` : `cannot write to ${dirname(path)}: ${describeCode(error)}`,
      'name another file, or check the folder',
    )
  }
}
