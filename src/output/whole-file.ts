/** A file that is there whole or not at all. */
import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describeCode, NotFoundError } from '../errors.ts'
import { FileOutput, type Io, type Output } from './io.ts'

/**
 * Let `work` write to a temporary file beside `path`, which then takes its place and has its permissions. If `work` throws, or a
 * signal ends the process while `work` lets the event loop turn, `path` stays as it was.
 * What is there and no regular file, such as a device or a named pipe, is written as it is.
 */
export async function writeWholeFile(
  path: string,
  work: (output: Output) => Promise<void>,
  { beforeSignal }: Pick<Io, 'beforeSignal'>,
): Promise<void> {
  const target = existsSync(path) ? realpathSync(path) : path
  if (existsSync(target) && !statSync(target).isFile()) return writeTo(target, 'w', work)
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}`)
  const takeBack = beforeSignal?.(() => rmSync(temporary, { force: true }))
  const mode = existsSync(target) ? statSync(target).mode & 0o777 : undefined
  try {
    await writeTo(temporary, 'wx', work, mode)
    renameSync(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    takeBack?.()
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
      flags === 'w'
        ? `${path} cannot be written: ${describeCode(error)}`
        : `nothing can be written to ${dirname(path)}: ${describeCode(error)}`,
      'name another file, or check the folder',
    )
  }
}
