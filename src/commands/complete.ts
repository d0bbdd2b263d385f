import type { Kysely } from 'kysely'
import { Command } from '../cli/command.ts'
import { using } from '../cli/using.ts'
import type { Context } from '../context.ts'
import { withoutAt } from '../input/usernames.ts'
import { followed } from '../models/followers.ts'
import type { Database } from '../models/schema.ts'
import { findUser, usernamesStartingWith } from '../models/users.ts'
import { type Candidate, type Candidates, candidatesFor, type RelatedUsers } from './completion/candidates.ts'

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
      const found = await lookUp(context, candidates, words, typed)
      const lines = found
        .filter(({ word }) => word.toLowerCase().startsWith(typed.toLowerCase()))
        .map(({ word, description }) => `${word}\t${description}\n`)
      context.write(lines.join(''))
    })

/** Limit of suggested usernames: longer lists are not readable. */
const maxCandidates = 1000

/** Errors are ignored, because a message would appear in the middle of the line being typed. */
async function lookUp(context: Context, candidates: Candidates, words: readonly string[], typed: string): Promise<readonly Candidate[]> {
  if (Array.isArray(candidates)) return candidates
  try {
    const engine = await context.engine(databaseOption(words))
    if (candidates === 'revisions') return await revisions(engine.migrationFolder)
    const prefix = typed.startsWith('@') ? '@' : ''
    const related = typeof candidates === 'object' && 'user' in candidates ? candidates : undefined
    const names = await using(await engine.open('read'), ({ db }) => usernames(db, typed.slice(prefix.length), related))
    return names.map((name) => ({ word: prefix + name, description: '' }))
  } catch {
    return []
  }
}

async function usernames(db: Kysely<Database>, prefix: string, related: RelatedUsers | undefined): Promise<string[]> {
  const user = related && (await findUser(db, withoutAt(related.user)))
  if (!user) return usernamesStartingWith(db, prefix, maxCandidates)
  const others = followed(db, user.id).select('users.id')
  return usernamesStartingWith(db, prefix, maxCandidates, (users) =>
    related.isFollowed ? users.where('id', 'in', others) : users.where('id', 'not in', others).where('id', '<>', user.id),
  )
}

async function revisions(folder: string): Promise<Candidate[]> {
  const { listMigrations } = await import('../migrate/folder.ts')
  const named = listMigrations(folder).map(({ id, name }) => ({ word: id, description: name }))
  return [...named, { word: 'head', description: 'the newest' }, { word: 'base', description: 'before the first' }]
}

/** The value of `--db <file>` or `--db=<file>`. */
function databaseOption(words: readonly string[]): string | undefined {
  const index = words.lastIndexOf('--db')
  return words.find((word) => word.startsWith('--db='))?.slice('--db='.length) ?? (index < 0 ? undefined : words[index + 1])
}
