/** Finds the completion candidates in Commander's tree, so commands and options are declared only once. */
import type { Argument, Option } from 'commander'
import type { Command } from '../../cli/command.ts'
import { topics } from '../../cli/topics.ts'

/** A list of words, or `usernames` or `files`: these the caller looks up. */
type Candidates = readonly Candidate[] | 'usernames' | 'files'

export interface Candidate {
  readonly word: string
  readonly description: string
}

/** The position on the command line after the words read so far. */
interface ParserState {
  readonly command: Command
  /** The index of the next argument of `command`. */
  readonly index: number
  /** The option that the next word is the value of. */
  readonly option: Option | undefined
  readonly isAfterDoubleDash: boolean
}

/** All candidates for the last of `words`, whatever has been typed of it. `words` does not include the program's name. */
export function candidatesFor(program: Command, words: readonly string[]): Candidates {
  const state = words.slice(0, -1).reduce(consumeWord, { command: program, index: 0, option: undefined, isAfterDoubleDash: false })
  if (state.option) return optionValues(state.command, state.option)
  if (words.at(-1)?.startsWith('-') && !state.isAfterDoubleDash) return flagsOf(state.command)
  return state.index === 0 && state.command.commands.length > 0 ? subcommands(state.command) : argumentCandidates(state)
}

function consumeWord(state: ParserState, word: string): ParserState {
  if (word === '=') return state
  if (state.option) return { ...state, option: undefined }
  if (state.isAfterDoubleDash || !/^-./.test(word)) return consumeArgument(state, word)
  if (word === '--') return { ...state, isAfterDoubleDash: true }
  const option = optionsOf(state.command).find(({ long, short }) => word === long || word === short)
  return { ...state, option: option?.required ? option : undefined }
}

function consumeArgument(state: ParserState, word: string): ParserState {
  const { command, index } = state
  const child = index === 0 && command.commands.find((candidate) => candidate.name() === word || candidate.aliases().includes(word))
  return child ? { ...state, command: child, index: 0 } : { ...state, index: index + 1 }
}

/** The options of the command and of its parents. */
function optionsOf(command: Command): readonly Option[] {
  return [...command.createHelp().visibleOptions(command), ...command.createHelp().visibleGlobalOptions(command)]
}

function flagsOf(command: Command): Candidate[] {
  const flags = optionsOf(command).map(({ long, short, description }) => ({ word: long ?? short ?? '', description }))
  return flags.filter(({ word }, index) => flags.findIndex((flag) => flag.word === word) === index)
}

const subcommands = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({ word: child.name(), description: child.summary() }))

const withoutDescription = (words: readonly string[]): Candidate[] => words.map((word) => ({ word, description: '' }))

function optionValues(command: Command, option: Option): Candidates {
  const values = option.argChoices ?? declaredValues(command, option.attributeName())
  if (values) return withoutDescription(values)
  return candidatesForPlaceholder(/<(.*?)>/.exec(option.flags)?.[1] ?? '')
}

function declaredValues(command: Command | null, option: string): readonly string[] | undefined {
  return command ? (command.values.get(option) ?? declaredValues(command.parent, option)) : undefined
}

function argumentCandidates({ command, index }: ParserState): Candidates {
  const { registeredArguments } = command
  const last = registeredArguments.at(-1)
  const argument: Argument | undefined = registeredArguments[index] ?? (last?.variadic ? last : undefined)
  if (!argument) return []
  if (argument.argChoices) return withoutDescription(argument.argChoices)
  if (argument.name() === 'command') return index === 0 ? [...(command.parent ? subcommands(command.parent) : []), ...topicWords()] : []
  return isNewName(command) ? [] : candidatesForPlaceholder(argument.name())
}

const topicWords = (): Candidate[] => Object.entries(topics).map(([word, { summary }]) => ({ word, description: summary }))

/** The argument of `user add` is a new name, which cannot be completed. */
const isNewName = (command: Command): boolean => command.name() === 'add'

/** The candidates for a placeholder such as `<user>` or `<file>`. */
function candidatesForPlaceholder(name: string): Candidates {
  if (/^(user|username|target|from|u)$/.test(name)) return 'usernames'
  return name === 'file' ? 'files' : []
}
