/** `main`: run the program, and turn any error into words and an exit code. The only reader of `process`. */
import { fstatSync, readFileSync, type Stats } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CommanderError } from 'commander'
import { findNearest } from './cli/nearest.ts'
import { Context } from './context.ts'
import {
  BrokenPipeError,
  databaseFault,
  InterruptedError,
  MicroblogError,
  NotFoundError,
  quoted,
  UnknownValueError,
  UsageError,
} from './errors.ts'
import { FileOutput, type Io } from './output/io.ts'
import { printError } from './output/print-error.ts'
import { buildProgram } from './program.ts'

const root = new URL('../', import.meta.url)

/** Run one command line, without `node` and the script's name. Returns the exit code; never throws, never exits. */
export async function main(argv: readonly string[], io: Io, migrations = fileURLToPath(new URL('migrations', root))): Promise<number> {
  const context = new Context(io, migrations, upgradeToHead)
  try {
    const program = buildProgram(context, readVersion(), argv)
    await program.parseAsync(argv, { from: 'user' })
    context.close()
    return context.exitCode
  } catch (error) {
    return await fail(context, error)
  } finally {
    closeQuietly(context)
  }
}

async function upgradeToHead(context: Context): Promise<void> {
  const { upgradeDatabase } = await import('./cli/migrator.ts')
  await upgradeDatabase(context, 'head', {})
}

async function fail(context: Context, thrown: unknown): Promise<number> {
  // Commander has printed help or the version; help that was not asked for means that a command is missing.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
  const error = await withNearest(explain(thrown, context))
  if (error instanceof BrokenPipeError || error instanceof InterruptedError) return error.exitCode
  try {
    await printError(context, error)
    if (context.io.env.MICROBLOG_DEBUG === '1') context.io.stderr.write(`${(thrown as Error).stack}\n`)
  } catch {
    // stderr itself is gone: the exit code still tells.
  }
  return error.exitCode
}

/** A misspelt value is met with the nearest right one, above the list of all. */
async function withNearest(error: MicroblogError): Promise<MicroblogError> {
  if (!(error instanceof UnknownValueError)) return error
  const nearest = await findNearest(error.word, error.values)
  return nearest === undefined ? error : new UsageError(error.message, `did you mean ${quoted(nearest)}?\n${error.hint}`)
}

/** What to say of anything thrown. */
function explain(error: unknown, context: Context): MicroblogError {
  if (error instanceof MicroblogError) return error
  const fault = databaseFault(error, safePath(context))
  if (fault) return fault
  const message = error instanceof Error ? error.message : String(error)
  return new MicroblogError(
    `unexpected: ${message}`,
    1,
    'this is a fault of microblog: run it again with MICROBLOG_DEBUG=1 and report what it prints',
  )
}

function safePath(context: Context): string {
  try {
    return context.path
  } catch {
    return 'the database'
  }
}

/** A second fault while closing says nothing new. */
function closeQuietly(context: Context): void {
  try {
    context.close()
  } catch {}
}

const readVersion = (): string => (JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }).version

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
  const takeBack = () => {
    for (const signal of signals) process.off(signal, end)
  }
  // Without a handler the signal does what it always does, so that the caller sees what ended the process.
  const end = (signal: NodeJS.Signals) => {
    takeBack()
    work()
    process.kill(process.pid, signal)
  }
  for (const signal of signals) process.on(signal, end)
  return takeBack
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
