import { Command, commandPath } from '../command/command.ts'
import { topics } from '../command/topics.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors.ts'

export const help = (context: Context) =>
  new Command('help')
    .summary('help for a command, or on a topic')
    .description(`Help for a command, or on a topic: ${Object.keys(topics).join(', ')}.`)
    .argument('[command...]', 'a command, or a topic')
    .example('microblog help follow', 'the options of a command')
    .example('microblog help exit-codes', 'a topic')
    .action((words: string[], _options: unknown, command: Command) => {
      const [topic = ''] = words
      const text = words.length === 1 && Object.hasOwn(topics, topic) ? topics[topic]?.text : undefined
      context.io.stdout.write(text ?? findCommand(command.parent as Command, words).helpInformation())
    })

function findCommand(program: Command, words: readonly string[]): Command {
  return words.reduce((command, word) => {
    const found = command.commands.find((candidate) => candidate.name() === word || candidate.aliases().includes(word))
    if (found) return found as Command
    const path = command === program ? '' : ` under '${commandPath(command)}'`
    throw new UsageError(`no command or topic '${word}'${path}`, 'list them:  microblog help')
  }, program)
}
