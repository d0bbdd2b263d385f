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

interface Place {
  readonly command: Command
  /** How many arguments stand before. */
  readonly index: number
  /** The option whose value is to come. */
  readonly option: Option | undefined
  readonly isAfterDashes: boolean
}

/** The candidates for the last of `words`, which may be empty; `words` are what follows the program's name. They are not filtered by what is typed. */
export function candidatesFor(program: Command, words: readonly string[]): Candidates {
  const place = words.slice(0, -1).reduce(advance, { command: program, index: 0, option: undefined, isAfterDashes: false })
  if (place.option) return valuesOf(place.command, place.option)
  if (words.at(-1)?.startsWith('-') && !place.isAfterDashes) return flagsOf(place.command)
  return place.index === 0 && place.command.commands.length > 0 ? commandsIn(place.command) : argumentOf(place)
}

function advance(place: Place, word: string): Place {
  if (word === '=') return place
  if (place.option) return { ...place, option: undefined }
  if (place.isAfterDashes || !/^-./.test(word)) return enter(place, word)
  if (word === '--') return { ...place, isAfterDashes: true }
  const option = optionsOf(place.command).find(({ long, short }) => word === long || word === short)
  return { ...place, option: option?.required ? option : undefined }
}

function enter(place: Place, word: string): Place {
  const { command, index } = place
  const child = index === 0 && command.commands.find((candidate) => candidate.name() === word || candidate.aliases().includes(word))
  return child ? { ...place, command: child, index: 0 } : { ...place, index: index + 1 }
}

/** The command's own options and those of the commands it belongs to. */
function optionsOf(command: Command): readonly Option[] {
  return [...command.createHelp().visibleOptions(command), ...command.createHelp().visibleGlobalOptions(command)]
}

function flagsOf(command: Command): Candidate[] {
  const flags = optionsOf(command).map(({ long, short, description }) => ({ word: long ?? short ?? '', description }))
  return flags.filter(({ word }, index) => flags.findIndex((flag) => flag.word === word) === index)
}

const commandsIn = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({ word: child.name(), description: child.summary() }))

const plain = (words: readonly string[]): Candidate[] => words.map((word) => ({ word, description: '' }))

function valuesOf(command: Command, option: Option): Candidates {
  const values = option.argChoices ?? valuesIn(command, option.attributeName())
  if (values) return plain(values)
  return kindOf(/<(.*?)>/.exec(option.flags)?.[1] ?? '')
}

function valuesIn(command: Command | null, option: string): readonly string[] | undefined {
  return command ? (command.values.get(option) ?? valuesIn(command.parent, option)) : undefined
}

function argumentOf({ command, index }: Place): Candidates {
  const { registeredArguments } = command
  const last = registeredArguments.at(-1)
  const argument: Argument | undefined = registeredArguments[index] ?? (last?.variadic ? last : undefined)
  if (!argument) return []
  if (argument.argChoices) return plain(argument.argChoices)
  if (argument.name() === 'command') return index === 0 ? [...(command.parent ? commandsIn(command.parent) : []), ...topicWords()] : []
  return isNewName(command) ? [] : kindOf(argument.name())
}

const topicWords = (): Candidate[] => Object.entries(topics).map(([word, { summary }]) => ({ word, description: summary }))

/** A name that nobody has yet cannot be completed. */
const isNewName = (command: Command): boolean => command.name() === 'add'

/** What the word in the help stands for. */
function kindOf(name: string): Candidates {
  if (/^(user|username|target|from|u)$/.test(name)) return 'usernames'
  return name === 'file' ? 'files' : []
}
