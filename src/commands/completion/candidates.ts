/** What could stand next on a command line, found in Commander's own tree: nothing has to be told to the completion twice. */
import type { Argument, Option } from 'commander'
import type { Command } from '../../cli/command.ts'
import { topics } from '../../cli/topics.ts'

/** A word that could stand there, or what kind of word it is that others know better. */
type Candidates = readonly Candidate[] | 'usernames' | 'files'

export interface Candidate {
  readonly word: string
  readonly description: string
}

interface ParserState {
  readonly command: Command
  /** How many arguments stand before. */
  readonly index: number
  /** The option whose value is to come. */
  readonly option: Option | undefined
  readonly isAfterDoubleDash: boolean
}

/** The candidates for the last of `words`, which may be empty; `words` are what follows the program's name. They are not filtered by what is typed. */
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

/** The command's own options and those of the commands it belongs to. */
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

/** A name that nobody has yet cannot be completed. */
const isNewName = (command: Command): boolean => command.name() === 'add'

/** What the word in the help stands for. */
function candidatesForPlaceholder(name: string): Candidates {
  if (/^(user|username|target|from|u)$/.test(name)) return 'usernames'
  return name === 'file' ? 'files' : []
}
