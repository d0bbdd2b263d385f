/** Extends Commander's Command: examples in the help, errors that are thrown as UsageError, and typed options. */
import type { CommandUnknownOpts, OptionValues, Command as TypedCommand } from '@commander-js/extra-typings'
import { Command as Commander, type Help } from 'commander'
import { capitalized, shellWord, UsageError } from '../errors.ts'
import { didYouMean, UnknownWordError } from './nearest.ts'

interface Example {
  readonly command: string
  readonly does: string
}

/** The methods and properties added to Commander's own. */
interface Additions {
  readonly examples: readonly Example[]
  /** The valid values of options, by attribute name. Completion offers them. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** Add an example to the help: a command line that works as it is, and what it does. */
  example(command: string, does: string): this
  /** Declare the valid values of an option for completion. */
  takes(option: string, values: readonly string[]): this
  /** The command line that prints this command's help: `microblog help db upgrade`. */
  helpCommandLine(): string
  /** The description of the command, or its summary as a sentence. */
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

  /** Commander calls this for every usage error, with a text such as `error: …`. */
  override error(text: string): never {
    const words = text.replace(/^error: /, '')
    // For `user help add`, suggest `microblog help user add`: only the program itself has a help command.
    const topicWords = words === "unknown command 'help'" ? this.args.slice(1) : undefined
    const message = words
      // Remove the value of an unknown option: it may be a password.
      .replace(/^(unknown option '--[^=]*)=.*'$/s, "$1'")
      .replace(/^option '[^']*?(--[a-z-]+)[^']*' argument '(.*)' is invalid\. (takes .*)$/s, '$1 $3, not "$2"')
      .replace(/^(too many arguments for )'[^']*'/, (_all, start) => `${start}'${commandPath(this).replace(/^microblog /, '')}'`)
    if (words.startsWith('missing required argument')) throw new UsageError(message, `usage:  ${this.#usageLine()}\n${this.#seeHelp()}`)
    if (words.startsWith('too many arguments') && typeof this.opts().message === 'string') throw unquotedMessage(words, this)
    const seeHelp = this.#seeHelp(topicWords)
    const [, kind, word] = topicWords ? [] : (/^unknown (command|option) '(.*)'$/s.exec(message) ?? [])
    if (word === undefined) throw new UsageError(message, seeHelp)
    const inGroups = this.#groupsWith(word).map((group) => `${group.name()} ${word}`)
    if (inGroups.length > 0) throw new UsageError(message, didYouMean(...inGroups))
    const candidates = kind === 'option' ? this.#longOptions() : this.#commandNames()
    const isText = kind === 'option' && !/^--\w\S*$/.test(word) && textArguments.has(this.registeredArguments.at(-1)?.name() ?? '')
    if (isText) throw new UsageError(message, this.#afterDashes(word))
    throw new UnknownWordError(message, { word, group: this.name(), candidates }, seeHelp)
  }

  #afterDashes(text: string): string {
    const before = this.registeredArguments.slice(0, -1).map((argument) => ` <${argument.name()}>`)
    return `put -- before text that begins with -:  ${commandPath(this)}${before.join('')} -- ${shellWord(text)}`
  }

  #seeHelp(topicWords: readonly string[] = []): string {
    return `see:  ${[this.helpCommandLine(), ...topicWords].join(' ')}`
  }

  /** `microblog follow <user> <target...>`, without the options. */
  #usageLine(): string {
    return `${commandPath(this)} ${this.usage().replace('[options] ', '')}`
  }

  /** The groups of commands below this one that have a command of this name. */
  #groupsWith(word: string): readonly Commander[] {
    return this.commands.filter(({ commands }) => commands.some((child) => namesOf(child).includes(word)))
  }

  #commandNames(): string[] {
    return this.createHelp().visibleCommands(this).flatMap(namesOf)
  }

  /** The long options of this command and of its parents. */
  #longOptions(): string[] {
    const help = this.createHelp()
    return [...help.visibleOptions(this), ...help.visibleGlobalOptions(this)].flatMap(({ long }) => long ?? [])
  }

  helpCommandLine(): string {
    return commandPath(this).replace(/^microblog/, 'microblog help')
  }

  explanation(): string {
    return this.description() || `${capitalized(this.summary())}.`
  }

  override createHelp(): Help {
    const help = super.createHelp()
    const columns = () => help.helpWidth ?? 80
    const { formatItem, subcommandTerm } = help
    return Object.assign(help, {
      commandDescription: (command: Commander): string => (command as OurCommand).explanation(),
      subcommandTerm: (command: Commander): string => subcommandTerm.call(help, command).replace(' [options]', ''),
      formatItem: (term: string, width: number, text: string, helper: Help): string =>
        text && columns() - width < leastDescription
          ? `  ${term}\n      ${help.boxWrap(text, columns() - 6).replaceAll('\n', '\n      ')}`
          : formatItem.call(help, term, width, text, helper),
    })
  }

  override createCommand(name?: string): OurCommand {
    return new OurCommand(name)
  }

  override helpInformation(): string {
    const help = super.helpInformation()
    if (this.examples.length === 0) return help
    const lines = exampleLines(this.examples, this.configureOutput().getOutHelpWidth?.())
    return `${help}\n${this.parent ? 'Examples' : 'First steps'}:\n${lines}`
  }
}

/** The arguments that are any text, and not a name. */
const textArguments: ReadonlySet<string> = new Set(['body', 'query'])

/** In columns. Where there is less room beside the terms of a list, the descriptions are below them. */
const leastDescription = 24

/** Lines that can be pasted into a shell, each with its comment or, where there is no room for all of these, below it. */
function exampleLines(examples: readonly Example[], columns = 80): string {
  const width = Math.max(...examples.map(({ command }) => command.length))
  const lines = examples.map(({ command, does }) => `  ${command.padEnd(width)}  # ${does}\n`)
  if (lines.every((line) => line.length <= columns + 1)) return lines.join('')
  return examples.map(({ command, does }) => `  # ${does}\n  ${command}\n`).join('')
}

const namesOf = (command: Commander): string[] => [command.name(), ...command.aliases()]

/** `-m add language`: without quotes, the shell makes two arguments of the message. */
const unquotedMessage = (words: string, command: Commander): UsageError => {
  const message = [command.opts().message, ...command.args].join(' ')
  return new UsageError(`the message must be quoted: ${words}`, `-m "${message}"`)
}

/** A command with any options, such as a member of the command tree. */
export type Command = CommandUnknownOpts

/** The class, typed so that a command's options are inferred from its declaration. */
export const Command = OurCommand as unknown as typeof TypedCommand

/** A command to which options are still added. `Args` are the types of its arguments, `Opts` those of its options so far. */
export type CommandBuilder<Args extends unknown[], Opts extends OptionValues> = TypedCommand<Args, Opts>

/** The type argument that makes `OptionsOf` return only the options which a generic function adds. */
export type NoOptions = Record<never, never>

/** The options of the command that `declare` returns. */
export type OptionsOf<Declare extends (...args: never[]) => { opts(): unknown }> = ReturnType<ReturnType<Declare>['opts']>

/** The part of a command that `commandPath` needs. Typed and untyped commands both have it. */
interface Named {
  readonly parent: Named | null
  name(): string
}

/** The full name of a command: `microblog db upgrade`. */
export function commandPath(command: Named): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name()
}
