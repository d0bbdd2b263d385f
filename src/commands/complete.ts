import { Command } from '../cli/command.ts'
import { using } from '../cli/using.ts'
import type { Context } from '../context.ts'
import { usernamesStartingWith } from '../models/users.ts'
import { type Candidate, candidatesFor } from './completion/candidates.ts'

/** Called by the completion scripts. Prints `candidate<Tab>description` lines, or `:files` if the shell should complete file names. */
export const complete = (context: Context) =>
  new Command('complete')
    .summary('what could stand next on a command line')
    .argument('[word...]', 'the words so far; the last may be empty')
    .example('microblog complete -- follow al', 'users whose names begin with al')
    .action(async (words, _options, { parent }) => {
      const candidates = parent ? candidatesFor(parent, words) : []
      if (candidates === 'files') return context.print(':files')
      const typed = words.at(-1) === '=' ? '' : (words.at(-1) ?? '')
      const found = candidates === 'usernames' ? await usernames(context, words, typed) : candidates
      const lines = found
        .filter(({ word }) => word.toLowerCase().startsWith(typed.toLowerCase()))
        .map(({ word, description }) => `${word}\t${description}\n`)
      context.write(lines.join(''))
    })

/** Limit of suggested usernames: longer lists are not readable. */
const maxCandidates = 1000

/** Usernames that match. Errors are ignored, because a message would appear in the middle of the line being typed. */
async function usernames(context: Context, words: readonly string[], typed: string): Promise<Candidate[]> {
  const prefix = typed.startsWith('@') ? '@' : ''
  try {
    const engine = await context.engine(databaseOption(words))
    const names = await using(await engine.open('read'), ({ db }) => usernamesStartingWith(db, typed.slice(prefix.length), maxCandidates))
    return names.map((name) => ({ word: prefix + name, description: '' }))
  } catch {
    return []
  }
}

/** The value of `--db <file>` or `--db=<file>`. */
function databaseOption(words: readonly string[]): string | undefined {
  const index = words.lastIndexOf('--db')
  return words.find((word) => word.startsWith('--db='))?.slice('--db='.length) ?? (index < 0 ? undefined : words[index + 1])
}
