/** Options that several commands share, and parsers for option values. */
import type { OptionValues } from '@commander-js/extra-typings'
import * as commander from 'commander'
import { UnknownValueError } from '../errors.ts'
import { parseWholeNumber } from '../input/whole-number.ts'
import type { CommandBuilder, NoOptions, OptionsOf } from './command.ts'

/** Commander's classes, typed so that a command's option types can be inferred. */
const { Argument, Option } = commander as unknown as typeof import('@commander-js/extra-typings')

/** Parses a whole number, 0 or more. @throws InvalidArgumentError */
export function parseCount(value: string): number {
  const count = parseWholeNumber(value)
  if (count !== undefined) return count
  const limit = /^\d+$/.test(value) ? ` up to ${Number.MAX_SAFE_INTEGER}` : ''
  throw new commander.InvalidArgumentError(`takes a whole number${limit}`)
}

/** SQL has limits too: an expression of SQLite is at most 1,000 levels deep. */
const maxRepeats = 400

/** Parser for an option that may be repeated: collects the values in an array. @throws InvalidArgumentError */
export function collect(value: string, before: readonly string[] = []): string[] {
  if (before.length < maxRepeats) return [...before, value]
  throw new commander.InvalidArgumentError(`It may be given at most ${maxRepeats} times.`)
}

/** Returns `value` if it is one of `names`. @throws UnknownValueError, which calls the value a `what`. */
export function oneOf<Name extends string>(what: string, value: string, names: readonly Name[]): Name {
  const name = names.find((candidate) => candidate === value)
  if (name) return name
  throw new UnknownValueError(what, value, names)
}

/** An argument whose value is one of `names`. `what` is the noun for such a name in the error message. */
export const choiceArgument = <Usage extends string, Name extends string>(
  usage: Usage,
  description: string,
  what: string,
  names: readonly Name[],
) => new Argument(usage, description).choices(names).argParser((value: string) => oneOf(what, value, names))

export const quiet = () => new Option('-q, --quiet', 'print nothing but errors')
export const keepGoing = () => new Option('-k, --keep-going', 'do the rest when one fails; then exit 1')
export const yes = () => new Option('-y, --yes', 'do not ask')
export const passwordStdin = () => new Option('--password-stdin', 'read the password from standard input, one line')
const dryRun = () => new Option('--dry-run', 'do everything, say what would happen, and undo it')
const nullInput = () => new Option('-0, --null', 'names on standard input end in NUL, not newline')

/** Add the options of commands that change the database. */
export const withChangeOptions = <Args extends unknown[], Opts extends OptionValues>(command: CommandBuilder<Args, Opts>) =>
  command.addOption(dryRun()).addOption(quiet())

export type ChangeOptions = OptionsOf<typeof withChangeOptions<[], NoOptions>>

/** Add the options of commands that take many names, which may come from standard input. */
export const withBulkOptions = <Args extends unknown[], Opts extends OptionValues>(command: CommandBuilder<Args, Opts>) =>
  withChangeOptions(command.addOption(keepGoing()).addOption(nullInput()))

export type BulkOptions = OptionsOf<typeof withBulkOptions<[], NoOptions>>
