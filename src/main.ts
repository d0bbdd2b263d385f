/** `main` runs the program and turns every error into a message and an exit code. */
import { dirname, join } from 'node:path'
import { CommanderError } from 'commander'
import { version } from '../package.json'
import { withSuggestion } from './cli/nearest.ts'
import { Context } from './context.ts'
import { BrokenPipeError, describeCode, errorMessage, InterruptedError, isSystemError, MicroblogError } from './errors.ts'
import type { Io } from './output/io.ts'
import { printError } from './output/print-error.ts'
import { buildProgram } from './program.ts'

export { processIo } from './process.ts'

/** The migrations of this checkout or package. */
const ownMigrations = join(dirname(import.meta.filename), '../migrations')

/** Run one command line; `argv` does not include `node` and the script. Returns the exit code. Never throws and never exits the process. */
export async function main(argv: readonly string[], io: Io, migrations = ownMigrations): Promise<number> {
  const context = new Context(io, migrations)
  try {
    const program = await buildProgram(context, await describeVersion(io), argv)
    try {
      await program.parseAsync(argv, { from: 'user' })
    } finally {
      context.releaseOutput()
    }
    return context.exitCode
  } catch (error) {
    return await handleError(context, error)
  }
}

async function handleError(context: Context, thrown: unknown): Promise<number> {
  // Commander has already printed the help or the version. A non-zero code means that the subcommand was missing.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
  const error = await withSuggestion(toMicroblogError(thrown))
  if (error instanceof BrokenPipeError) return context.exitCode
  if (error instanceof InterruptedError) return error.exitCode
  await printError(context, error)
  if (context.io.env.MICROBLOG_DEBUG === '1') context.write(`${(thrown as Error).stack}\n`, context.io.stderr)
  return context.isPredicate && error.exitCode === 1 ? 4 : error.exitCode
}

/** Describes a system error in words. Wraps any other error that is not ours as an internal error. */
function toMicroblogError(error: unknown): MicroblogError {
  if (error instanceof MicroblogError) return error
  if (isSystemError(error)) return new MicroblogError(`${error.path ?? error.syscall}: ${describeCode(error)}`, 4)
  return new MicroblogError(
    `unexpected: ${errorMessage(error)}`,
    4,
    'this is a bug in microblog: run it again with MICROBLOG_DEBUG=1 and report the output',
  )
}

/** The version and, with MICROBLOG_DEBUG=1, those of Node and of the engines: what a report of a bug needs. */
async function describeVersion({ env }: Io): Promise<string> {
  if (env.MICROBLOG_DEBUG !== '1') return version
  const { runtimeVersions } = await import('./db/open-engine.ts')
  return [version, ...(await runtimeVersions())].join('\n')
}
