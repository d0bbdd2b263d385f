/** Runs the built program as a separate process, to test signals, pipes and locks. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Result } from './run.ts'

/** The root folder of the checkout, with a trailing slash. */
export const root = fileURLToPath(new URL('../../', import.meta.url))
export const bin = `${root}bin/microblog.js`

/** The environment without variables that would colour, slow down or configure the program. */
export function cleanEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const dropped = /^(NODE_EXTRA_CA_CERTS|NODE_OPTIONS|VITEST.*|FORCE_COLOR|NO_COLOR|CLICOLOR.*|MICROBLOG_.*|COLUMNS)$/
  const kept = Object.entries(process.env).flatMap(([key, value]) => (value === undefined || dropped.test(key) ? [] : [[key, value]]))
  return { ...Object.fromEntries(kept), TZ: 'UTC', ...more }
}

interface ProcessOptions {
  readonly cwd: string
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  /** Ids of another user to run as. */
  readonly user?: { readonly uid?: number; readonly gid?: number }
}

/** Runs `microblog` with these arguments in the folder `cwd`. As in a shell, the exit code after a signal is 128 plus its number. */
export const microblog = (argv: readonly string[], options: ProcessOptions): Promise<Result> =>
  execute(process.execPath, [bin, ...argv], options)

/** Runs a script in bash, where `microblog` is the built program of this checkout or, with `program`, of another. */
export const shell = (script: string, options: ProcessOptions, program = bin): Promise<Result> =>
  execute(
    'bash',
    ['-c', `set -o pipefail; microblog() { '${process.execPath}' '${program}' "$@"; }; export -f microblog; ${script}`],
    options,
  )

export const start = (argv: readonly string[], { cwd, env, user }: ProcessOptions): ChildProcess =>
  spawn(process.execPath, [bin, ...argv], { cwd, env: cleanEnvironment(env), ...user })

function execute(command: string, argv: readonly string[], { cwd, stdin = '', env, user }: ProcessOptions): Promise<Result> {
  const child = spawn(command, argv, { cwd, env: cleanEnvironment(env), ...user })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.on('error', () => {}).end(stdin)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? 128 + (signals[signal ?? ''] ?? 0), stdout, stderr }))
  })
}

const signals: Readonly<Record<string, number>> = { SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 }
