/** The streams, terminal and signals of this process. Other modules read only `process.versions`. */
import { fstatSync, type Stats, statSync } from 'node:fs'
import { NotFoundError } from './errors.ts'
import { FileOutput, type Io, MessageOutput } from './output/io.ts'

/** The streams of this process. `isTerminal` is a getter because loading `node:tty` takes a tenth of Node's own start-up time. */
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
    stderr: new MessageOutput(2, isTerminal, columns),
    env: process.env,
    get terminal() {
      return isTerminal(0) && isTerminal(2) ? promptStreams() : undefined
    },
    get pager() {
      return isTerminal(1) ? { rows: process.stdout.rows || Number.POSITIVE_INFINITY, run: runPager } : undefined
    },
    beforeSignal,
  }
}

function runPager(command: string, text: string): boolean {
  const ignore = () => {}
  process.on('SIGINT', ignore)
  const { status } = process.getBuiltinModule('node:child_process').spawnSync(command, {
    shell: true,
    input: text,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESSCHARSET: 'utf-8', ...process.env },
  })
  process.off('SIGINT', ignore)
  // The exit codes of a shell that finds no such command, or may not run it.
  return status !== 126 && status !== 127
}

function promptStreams(): NonNullable<Io['terminal']> {
  const streams = { input: process.stdin, output: process.stderr }
  for (const stream of [streams.input, streams.output]) if (!stream.listeners('error').includes(hangUp)) stream.on('error', hangUp)
  return streams
}

/**
 * End by SIGHUP at once when a prompt cannot read or write because its terminal is closed. The signal of the terminal may come later or
 * not at all, and Node aborts if it exits in any other way, because it cannot reset a closed terminal.
 */
function hangUp(): void {
  process.removeAllListeners('SIGHUP')
  process.kill(process.pid, 'SIGHUP')
}

function beforeSignal(work: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const removeHandlers = () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
  // Send the signal again without our handlers: its default action ends the process, so the parent process sees the signal.
  const onSignal = (signal: NodeJS.Signals) => {
    removeHandlers()
    work()
    process.kill(process.pid, signal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return removeHandlers
}

/** @throws NotFoundError, if stdin is a folder, which Node would read as empty input. */
function standardInput(): AsyncIterable<Uint8Array> {
  if (statsOf(0)?.isDirectory()) throw new NotFoundError('standard input is a folder', 'name a file:  < names.txt')
  return process.stdin
}

/** A terminal is a character device other than /dev/null, and that check does not load `node:tty`. */
function isTerminal(descriptor: number): boolean {
  const stats = statsOf(descriptor)
  const mayBeTerminal = stats?.isCharacterDevice() && stats.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev
  return mayBeTerminal === true && process.getBuiltinModule('node:tty').isatty(descriptor)
}

/** Undefined if the descriptor is closed. */
function statsOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor)
  } catch {
    return undefined
  }
}
