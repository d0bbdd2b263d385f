/** `main`: run the program, and turn any error into words and an exit code. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CommanderError } from 'commander'
import { didYouMean, findNearest } from './cli/nearest.ts'
import { Context } from './context.ts'
import { BrokenPipeError, InterruptedError, MicroblogError, UnknownValueError, UsageError } from './errors.ts'
import type { Io } from './output/io.ts'
import { printError } from './output/print-error.ts'
import { buildProgram } from './program.ts'

export { processIo } from './process.ts'

const root = new URL('../', import.meta.url)

/** Run one command line, without `node` and the script's name. Returns the exit code; never throws, never exits. */
export async function main(argv: readonly string[], io: Io, migrations = fileURLToPath(new URL('migrations', root))): Promise<number> {
  const context = new Context(io, migrations)
  try {
    const program = buildProgram(context, readVersion(), argv)
    await program.parseAsync(argv, { from: 'user' })
    return context.exitCode
  } catch (error) {
    return await handleError(context, error)
  }
}

async function handleError(context: Context, thrown: unknown): Promise<number> {
  // Commander has printed help or the version; help that was not asked for means that a command is missing.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
  const error = await withSuggestion(toMicroblogError(thrown))
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
async function withSuggestion(error: MicroblogError): Promise<MicroblogError> {
  if (!(error instanceof UnknownValueError)) return error
  const nearest = await findNearest(error.word, error.values)
  return nearest === undefined ? error : new UsageError(error.message, `${didYouMean(nearest)}\n${error.hint}`)
}

/** What to say of anything thrown. */
function toMicroblogError(error: unknown): MicroblogError {
  if (error instanceof MicroblogError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new MicroblogError(
    `unexpected: ${message}`,
    1,
    'this is a bug in microblog: run it again with MICROBLOG_DEBUG=1 and report the output',
  )
}

const readVersion = (): string => (JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }).version
