/** Runs the built program as a process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const bin = join(process.cwd(), 'bin/microblog.js')

export interface Result {
  /** Null if a signal ended the process. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  readonly cwd: string
  readonly stdin?: string | Buffer
  /** Words before the program, such as `strace` and its options. */
  readonly wrapper?: readonly string[]
  /** Called with the running process, for example to kill it. */
  readonly started?: (child: ChildProcess) => void
}

/** Longer than any command waits for a lock. */
const limit = 60_000

/** The environment without what would colour, slow down or configure the program. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(NODE_EXTRA_CA_CERTS|NODE_OPTIONS|NO_COLOR|FORCE_COLOR|CLICOLOR.*|MICROBLOG_.*)$/.test(name),
  ),
)

/** Run `microblog` with these arguments. A process that does not end in a minute is killed; its signal is then SIGKILL. */
export function microblog(argv: readonly string[], { cwd, stdin = '', wrapper = [], started }: RunOptions): Promise<Result> {
  const [command = '', ...rest] = [...wrapper, process.execPath, bin, ...argv]
  const child = spawn(command, rest, { cwd, env })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('latin1').on('data', (text: string) => {
      output[name] += text
    })
  child.stdin.on('error', () => {}).end(stdin)
  started?.(child)
  const timer = setTimeout(() => child.kill('SIGKILL'), limit)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, ...output })
    })
  })
}

/** What no message may hold: an internal error, a stack, or a control character that a terminal obeys. */
export function messageFault({ stderr, signal }: Result): string | undefined {
  if (signal === 'SIGSEGV' || signal === 'SIGABRT' || signal === 'SIGBUS') return `ended by ${signal}`
  if (/bug in microblog|unexpected:/.test(stderr)) return 'an internal error'
  if (/^\s+at .*:\d+:\d+\)?$/m.test(stderr)) return 'a stack'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(stderr)) return 'a control character'
  return undefined
}

/** The command line and what it printed, to see a finding again. */
export const describe = (argv: readonly string[], { code, signal, stderr }: Result): string =>
  `microblog ${argv.map((word) => JSON.stringify(word.slice(0, 80))).join(' ')} -> ${code ?? signal}: ${JSON.stringify(stderr.slice(0, 300))}`
