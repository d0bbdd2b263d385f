/** Lets the n-th system call on the files of a command fail: the exit code and the message must tell truly what happened. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Change, changes, copyNetwork, findingsIn, makeNetwork, stateOf } from './changes.ts'
import { describe, messageFault, microblog, type Result } from './program.ts'
import type { Search } from './search.ts'

const errors: readonly (readonly [call: string, codes: readonly string[]])[] = [
  ['openat', ['ENOSPC', 'EACCES', 'EMFILE', 'EIO']],
  ['pread64', ['EIO']],
  ['pwrite64', ['ENOSPC', 'EIO', 'EDQUOT']],
  ['write', ['ENOSPC', 'EIO']],
  ['fsync', ['EIO', 'ENOSPC']],
  ['fdatasync', ['EIO', 'ENOSPC']],
  ['ftruncate', ['EIO', 'ENOSPC']],
  ['rename', ['EACCES', 'EIO', 'ENOSPC']],
  ['link', ['EACCES', 'EIO']],
  ['unlink', ['EACCES', 'EIO']],
  ['fcntl', ['EIO', 'ENOLCK']],
  ['newfstatat', ['EIO', 'EACCES']],
  ['statx', ['EIO', 'EACCES']],
]

export const canInject = (): boolean => spawnSync('strace', ['-f', 'true']).status === 0

export async function failCalls(search: Search): Promise<void> {
  const network = await makeNetwork(search)
  const before = stateOf(network)
  while (!search.isOver) {
    const change = search.pick(changes)
    const [call, codes] = search.pick(errors)
    const { after, calls } = await trace(search, network, change, call)
    for (let round = 0; round < 3 && calls.length > 0 && !search.isOver; round++) {
      const cwd = copyNetwork(search, network)
      const inject = `${call}:error=${search.pick(codes)}:when=${search.pick(calls)}`
      const result = await traced(change, cwd, ['-e', `trace=${call}`, '-e', `inject=${inject}`])
      search.count(call)
      await judge(search, change, cwd, result, { before, after, inject })
    }
    search.sweep(network)
  }
}

/** The state after an undisturbed run, and which of its calls, counted from 1, are about files of the folder and not Node's own. */
async function trace(search: Search, network: string, change: Change, call: string) {
  const cwd = copyNetwork(search, network)
  await traced(change, cwd, ['-y', '-e', `trace=${call}`, '-o', 'strace.log'])
  const log = readFileSync(join(cwd, 'strace.log'), 'utf8').split('\n')
  const [main = ''] = log[0]?.split(' ') ?? []
  const own = log.filter((line) => line.startsWith(`${main} `) && line.includes(`${call}(`))
  rmSync(join(cwd, 'strace.log'))
  // Behind each descriptor stands its path, and that of the current folder behind AT_FDCWD.
  const isOurs = (line: string) => line.includes(`"${cwd}/`) || line.includes(`<${cwd}/`) || line.includes('.unfinished-')
  return { after: stateOf(cwd), calls: own.flatMap((line, index) => (isOurs(line) ? [index + 1] : [])) }
}

const traced = ({ argv, stdin }: Change, cwd: string, options: readonly string[]): Promise<Result> =>
  microblog(argv, { cwd, ...(stdin !== undefined && { stdin }), wrapper: ['strace', '-f', '-qq', '-o', '/dev/null', ...options] })

interface Expected {
  readonly before: string
  readonly after: string
  readonly inject: string
}

async function judge(search: Search, change: Change, cwd: string, result: Result, { before, after, inject }: Expected): Promise<void> {
  const shown = `strace -f -e inject=${inject} ${describe(change.argv, result)}`
  const state = stateOf(cwd)
  const isDone = state === after
  const saysDone =
    result.code === 0 ||
    /the change itself was made|is written, but may not be on the disk/.test(result.stderr) ||
    (change.argv.includes('-k') && result.code === 1)
  if (!isDone && state !== before) search.found('half', shown, cwd)
  else if (saysDone && !isDone) search.found('lost', `said to be done, and is not: ${shown}`, cwd)
  else if (!saysDone && isDone && before !== after) search.found('told wrongly', `done, and not said to be: ${shown}`, cwd)
  const fault = messageFault(result)
  if (fault !== undefined) search.found('told wrongly', `${fault}: ${shown}`, cwd)
  const findings = await findingsIn(cwd)
  if (findings !== '') search.found('half', `db check finds ${findings} after: ${shown}`, cwd)
}
