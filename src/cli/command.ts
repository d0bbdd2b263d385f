/** Commander's Command with what all of ours share: examples in the help, usage errors that are thrown, escaped text; and its options, typed. */
import type { CommandUnknownOpts, OptionValues, Command as TypedCommand } from '@commander-js/extra-typings'
import { Command as Commander, type Help } from 'commander'
import { UsageError } from '../errors.ts'
import { didYouMean } from './nearest.ts'

interface Example {
  readonly command: string
  readonly does: string
}

/** What ours have beside Commander's own methods. */
interface Additions {
  readonly examples: readonly Example[]
  /** The values that an option takes, by the option's name: what completion offers. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** Add a call that works as it stands, and what it does. */
  example(command: string, does: string): this
  /** Say which values an option takes. */
  takes(option: string, values: readonly string[]): this
  /** The call that explains this command: `microblog help db upgrade`. */
  helpCommandLine(): string
  /** What the command does: its description, else its summary as a sentence. */
  explanation(): string
}

declare module '@commander-js/extra-typings' {
  // biome-ignore lint/suspicious/noExplicitAny: an interface that is merged must repeat the type parameters
  interface Command<Args extends any[], Opts extends OptionValues, GlobalOpts extends OptionValues> extends Additions {}
}

class OurCommand extends Commander implements Additions {
  readonly examples: Example[] = []
  readonly values = new Map<string, readonly string[]>()

  example(command: string, does: string): this {
    this.examples.push({ command, does })
    return this
  }

  takes(option: string, values: readonly string[]): this {
    this.values.set(option, values)
    return this
  }

  /** Called by Commander for every fault of the command line, with its own words: `error: …`, and `(Did you mean x?)` under it. */
  override error(text: string): never {
    const [, words = text, nearest] = /^(?:error: )?(.*?)(?:\n\(Did you mean (?:one of )?(.*)\?\))?$/s.exec(text) ?? []
    // `user help add`: only the program itself has a command of that name.
    const topicWords = words === "unknown command 'help'" ? this.args.slice(1) : undefined
    const message = words
      // What follows the = of an option that does not exist may be a password.
      .replace(/^(unknown option '--[^=]*)=.*'$/s, "$1'")
      .replace(/^(too many arguments for )'[^']*'/, (_all, start) => `${start}'${commandPath(this).replace(/^microblog /, '')}'`)
    const seeHelp = `see:  ${[this.helpCommandLine(), ...(topicWords ?? [])].join(' ')}`
    throw new UsageError(message, topicWords === undefined && nearest !== undefined ? didYouMean(nearest) : seeHelp)
  }

  helpCommandLine(): string {
    return commandPath(this).replace(/^microblog/, 'microblog help')
  }

  explanation(): string {
    return this.description() || `${this.summary().replace(/^./, (letter) => letter.toUpperCase())}.`
  }

  override createHelp(): Help {
    const commandDescription = (command: Commander): string => (command as OurCommand).explanation()
    return Object.assign(super.createHelp(), { commandDescription })
  }

  override createCommand(name?: string): OurCommand {
    return new OurCommand(name)
  }

  override helpInformation(): string {
    const help = super.helpInformation()
    if (this.examples.length === 0) return help
    const width = Math.max(...this.examples.map(({ command }) => command.length))
    const lines = this.examples.map(({ command, does }) => `  ${command.padEnd(width)}  ${does}`)
    return `${help}\nExamples:\n${lines.join('\n')}\n`
  }
}

/** A command with any options, as the tree holds it. */
export type Command = CommandUnknownOpts

/** Begins the declaration of a command, whose options are then inferred. */
export const Command = OurCommand as unknown as typeof TypedCommand

/** A command to which options are added: `Args` are its operands, `Opts` its options so far. */
export type CommandBuilder<Args extends unknown[], Opts extends OptionValues> = TypedCommand<Args, Opts>

/** For `OptionsOf` of a function that adds options to any command. */
export type NoOptions = Record<never, never>

/** The options of the command that `declare` returns. */
export type OptionsOf<Declare extends (...args: never[]) => { opts(): unknown }> = ReturnType<ReturnType<Declare>['opts']>

/** The part of a command that its path needs, whoever typed it. */
interface Named {
  readonly parent: Named | null
  name(): string
}

/** The words typed to reach `command`: `microblog db upgrade`. */
export function commandPath(command: Named): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name()
}
