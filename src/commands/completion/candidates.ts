/** Finds the completion candidates in Commander's tree, so commands and options are declared only once. */
import type { Argument, Option } from 'commander'
import type { Command } from '../../cli/command.ts'
import { topics } from '../../cli/topics.ts'

/** Users whom `user` follows or, if not `isFollowed`, could follow. */
export interface RelatedUsers {
  readonly user: string
  readonly isFollowed: boolean
}

/** A list of words, or what the caller looks up. */
export type Candidates = readonly Candidate[] | 'usernames' | 'files' | 'revisions' | RelatedUsers

export interface Candidate {
  readonly word: string
  readonly description: string
}

/** The position on the command line after the words read so far. */
interface ParserState {
  readonly command: Command
  /** The index of the next argument of `command`. */
  readonly index: number
  /** The first argument of `command`. */
  readonly first?: string
  /** The option that the next word is the value of. */
  readonly option: Option | undefined
  readonly isAfterDoubleDash: boolean
}

/** All candidates for the last of `words`, whatever has been typed of it. `words` does not include the program's name. */
export function candidatesFor(program: Command, words: readonly string[]): Candidates {
  const start: ParserState = { command: program, index: 0, option: undefined, isAfterDoubleDash: false }
  const state = words.slice(0, -1).reduce(consumeWord, start)
  const typed = words.at(-1) ?? ''
  if (state.option) return optionValues(state.command, state.option, typed)
  if (typed.startsWith('-') && !state.isAfterDoubleDash)
    return typed.includes('=') ? joinedValues(state.command, typed) : flagsOf(state.command)
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
  return child ? { ...state, command: child, index: 0 } : { ...state, index: index + 1, ...(index === 0 && { first: word }) }
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

function optionValues(command: Command, option: Option, typed: string): Candidates {
  const values = option.argChoices ?? declaredValues(command, option.attributeName())
  if (!values) return candidatesForPlaceholder(/<(.*?)>/.exec(option.flags)?.[1] ?? '')
  // `--fields a,b`
  const listed = option.attributeName() === 'fields' ? typed.slice(0, typed.lastIndexOf(',') + 1) : ''
  return withoutDescription(values.filter((value) => !listed.split(',').includes(value)).map((value) => listed + value))
}

/** The values of an option that is written with them as one word: `--format=json`. */
function joinedValues(command: Command, typed: string): Candidate[] {
  const flag = typed.slice(0, typed.indexOf('='))
  const option = optionsOf(command).find(({ long, required }) => long === flag && required)
  const values = option ? optionValues(command, option, typed.slice(flag.length + 1)) : []
  return Array.isArray(values) ? values.map(({ word, description }) => ({ word: `${flag}=${word}`, description })) : []
}

function declaredValues(command: Command | null, option: string): readonly string[] | undefined {
  return command ? (command.values.get(option) ?? declaredValues(command.parent, option)) : undefined
}

function argumentCandidates({ command, index, first }: ParserState): Candidates {
  const { registeredArguments } = command
  const last = registeredArguments.at(-1)
  const argument: Argument | undefined = registeredArguments[index] ?? (last?.variadic ? last : undefined)
  if (!argument) return []
  if (argument.argChoices) return withoutDescription(argument.argChoices)
  if (argument.name() === 'command') return index === 0 ? [...(command.parent ? subcommands(command.parent) : []), ...topicWords()] : []
  if (/^(follow|unfollow)$/.test(command.name()) && first !== undefined) return { user: first, isFollowed: command.name() === 'unfollow' }
  if (command.name() === 'path') return 'usernames'
  return isNewName(command) ? [] : candidatesForPlaceholder(argument.name())
}

const topicWords = (): Candidate[] => Object.entries(topics).map(([word, { summary }]) => ({ word, description: summary }))

/** The argument of `user add` is a new name, which cannot be completed. */
const isNewName = (command: Command): boolean => command.name() === 'add'

/** The candidates for a placeholder such as `<user>` or `<file>`. */
function candidatesForPlaceholder(name: string): Candidates {
  if (/^(user|username|target|from|u)$/.test(name)) return 'usernames'
  if (/^(to|rev)$/.test(name)) return 'revisions'
  return name === 'file' ? 'files' : []
}
