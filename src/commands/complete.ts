import { Command } from '../cli/command.ts'
import { using } from '../cli/using-migrations.ts'
import type { Context } from '../context.ts'
import { usernamesStartingWith } from '../models/users.ts'
import { type Candidate, candidatesFor } from './completion/candidates.ts'

/** What the completion scripts call: one candidate a line, with its description after a tab; `:files` for the shell's own file names. */
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
      context.io.stdout.write(lines.join(''))
    })

/** More than anybody reads through. */
const maxCandidates = 1000

/** Without a database that can be read there are no names, and no error: somebody is in the middle of typing. */
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

/** The database that the words name: `--db <file>` or `--db=<file>`. */
function databaseOption(words: readonly string[]): string | undefined {
  const index = words.lastIndexOf('--db')
  return words.find((word) => word.startsWith('--db='))?.slice('--db='.length) ?? (index < 0 ? undefined : words[index + 1])
}
