/** Commander's Command with what all of ours share: examples in the help, usage errors that are thrown, text kept safe. */
import { Argument, Command as Commander, type Help, InvalidArgumentError, Option } from 'commander'
import { UnknownValueError, UsageError } from '../errors.ts'

export class Command extends Commander {
  readonly examples: [command: string, does: string][] = []
  /** The values that an option takes, by the option's name: what completion offers. */
  readonly values = new Map<string, readonly string[]>()

  /** A line that works as it stands, and what it does. */
  example(command: string, does: string): this {
    this.examples.push([command, does])
    return this
  }

  /** Say which values an option takes, so that completion can offer them. */
  takes(option: string, values: readonly string[]): this {
    this.values.set(option, values)
    return this
  }

  /** Have the options of commands that change something (`ChangeOptions`). */
  changes(): this {
    return this.addOption(dryRun()).addOption(quiet())
  }

  /** Have the options of commands that change many things, whose names may come from standard input (`ManyOptions`). */
  changesMany(): this {
    return this.addOption(keepGoing()).addOption(nullInput()).changes()
  }

  /** Called by Commander for every fault of the command line, with its own words: `error: …`, and `(Did you mean x?)` under it. */
  override error(text: string): never {
    const [, words = text, nearest] = /^(?:error: )?(.*?)(?:\n\(Did you mean (?:one of )?(.*)\?\))?$/s.exec(text) ?? []
    // `user help add`: only the program itself has a command of that name.
    const asked = words === "unknown command 'help'" ? this.args.slice(1) : undefined
    const says = words
      // What follows the = of an option that does not exist may be a password.
      .replace(/^(unknown option '--[^=]*)=.*'$/s, "$1'")
      .replace(/^(too many arguments for )'[^']*'/, (_all, start) => `${start}'${commandPath(this).replace(/^microblog /, '')}'`)
    const isClear = asked !== undefined || nearest === undefined
    throw new UsageError(says, isClear ? `see:  ${[this.helpCall(), ...(asked ?? [])].join(' ')}` : `did you mean "${nearest}"?`)
  }

  /** The call that explains this command: `microblog help db upgrade`. */
  helpCall(): string {
    return commandPath(this).replace(/^microblog/, 'microblog help')
  }

  /** What the command does: its description, else its summary as a sentence. */
  explanation(): string {
    return this.description() || `${this.summary().replace(/^./, (letter) => letter.toUpperCase())}.`
  }

  override createHelp(): Help {
    const commandDescription = (command: Commander): string => (command as Command).explanation()
    return Object.assign(super.createHelp(), { commandDescription })
  }

  override createCommand(name?: string): Command {
    return new Command(name)
  }

  override helpInformation(): string {
    const help = super.helpInformation()
    if (this.examples.length === 0) return help
    const width = Math.max(...this.examples.map(([command]) => command.length))
    const lines = this.examples.map(([command, does]) => `  ${command.padEnd(width)}  ${does}`)
    return `${help}\nExamples:\n${lines.join('\n')}\n`
  }
}

/** The words typed to reach `command`: `microblog db upgrade`. */
export function commandPath(command: Commander): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name()
}

/** A whole number of rows, 0 or more. */
export function parseCount(value: string): number {
  const count = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (Number.isSafeInteger(count)) return count
  throw new InvalidArgumentError(`It is a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`)
}

/** The values of an option that may be repeated. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

/** One of a list of names. */
export function oneOf<Name extends string>(what: string, value: string, names: readonly Name[]): Name {
  const name = names.find((candidate) => candidate === value)
  if (name) return name
  throw new UnknownValueError(what, value, names)
}

/** An operand that is one of a list of names; `what` is what such a name stands for. */
export const choice = (name: string, description: string, what: string, names: readonly string[]): Argument =>
  new Argument(name, description).choices(names).argParser((value: string) => oneOf(what, value, names))

export const dryRun = (): Option => new Option('--dry-run', 'do everything, say what would happen, and undo it')
export const quiet = (): Option => new Option('-q, --quiet', 'print nothing but errors')
export const keepGoing = (): Option => new Option('-k, --keep-going', 'do the rest when one fails; then exit 1')
export const yes = (): Option => new Option('-y, --yes', 'do not ask')
const nullInput = (): Option => new Option('-0, --null', 'names on standard input end in NUL, not newline')
export const passwordStdin = (): Option => new Option('--password-stdin', 'read the password from standard input, one line')
