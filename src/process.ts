/** The streams, the terminal and the signals of this process. The only reader of `process`. */
import { fstatSync, type Stats } from 'node:fs'
import { NotFoundError } from './errors.ts'
import { FileOutput, type Io } from './output/io.ts'

/** The streams of this process. Whether one is a terminal is found out when that is asked: `node:tty` takes a tenth of Node's own start. */
export function processIo(): Io {
  const columns = () => Number(process.env.COLUMNS) || (isTerminal(1) ? process.stdout.columns : 0) || 80
  return {
    stdin: {
      get isTerminal() {
        return isTerminal(0)
      },
      chunks: standardInput,
    },
    stdout: new FileOutput(1, isTerminal, columns),
    stderr: new FileOutput(2, isTerminal, columns),
    env: process.env,
    get terminal() {
      return isTerminal(0) && isTerminal(2) ? { input: process.stdin, output: process.stderr } : undefined
    },
    beforeSignal,
  }
}

function beforeSignal(work: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const removeHandlers = () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
  // Without a handler the signal does what it always does, so that the caller sees what ended the process.
  const onSignal = (signal: NodeJS.Signals) => {
    removeHandlers()
    work()
    process.kill(process.pid, signal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return removeHandlers
}

/** @throws NotFoundError, if it is a folder: Node would read it as empty. */
function standardInput(): AsyncIterable<Uint8Array> {
  if (statsOf(0)?.isDirectory()) throw new NotFoundError('standard input is a folder', 'name a file:  < names.txt')
  return process.stdin
}

/** What is no character device is no terminal. */
const isTerminal = (descriptor: number): boolean =>
  statsOf(descriptor)?.isCharacterDevice() === true && process.getBuiltinModule('node:tty').isatty(descriptor)

/** Nothing, where the descriptor is closed. */
function statsOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor)
  } catch {
    return undefined
  }
}
