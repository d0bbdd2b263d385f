import { Command, commandPath } from '../cli/command.ts'
import { didYouMean, findNearest } from '../cli/nearest.ts'
import { topics } from '../cli/topics.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors.ts'

export const help = (context: Context) =>
  new Command('help')
    .summary('help for a command, or on a topic')
    .description(`Help for a command, or on a topic: ${Object.keys(topics).join(', ')}.`)
    .argument('[command...]', 'a command, or a topic')
    .option('--man', 'the manual page, for man -l -')
    .example('microblog help follow', 'the options of a command')
    .example('microblog help exit-codes', 'a topic')
    .example('microblog help --man | man -l -', 'everything, as a manual page')
    .action(async (words, options, { parent }) => {
      const program = parent as Command
      if (options.man) return context.write(await manual(program))
      const [topic = ''] = words
      const text = words.length === 1 && Object.hasOwn(topics, topic) ? topics[topic]?.text : undefined
      if (text === undefined) (await findCommand(program, words)).outputHelp()
      else context.write(text)
    })

async function manual(program: Command): Promise<string> {
  const { manualPage } = await import('./help/manual.ts')
  return manualPage(program)
}

async function findCommand(program: Command, words: readonly string[]): Promise<Command> {
  let command = program
  for (const word of words) {
    const found = command.commands.find((candidate) => namesAndAliases(candidate).includes(word))
    command = found ?? (await noSuchCommand(command, word, command === program ? Object.keys(topics) : []))
  }
  return command
}

const namesAndAliases = (command: Command['commands'][number]): string[] => [command.name(), ...command.aliases()]

async function noSuchCommand(command: Command, word: string, topicNames: readonly string[]): Promise<never> {
  const nearest = await findNearest(word, [...command.commands.flatMap(namesAndAliases), ...topicNames])
  const path = command.parent ? ` under '${commandPath(command)}'` : ''
  throw new UsageError(`unknown command or topic '${word}'${path}`, nearest ? didYouMean(nearest) : 'list them:  microblog help')
}
