/** `follow` and `unfollow`: one user, many targets, one transaction, one line of output for each target. */
import type { Kysely } from 'kysely'
import { changeDatabase } from '../cli/change.ts'
import { Command } from '../cli/command.ts'
import { type BulkOptions, withBulkOptions } from '../cli/options.ts'
import { requireUser, requireUsers } from '../cli/require-users.ts'
import type { Context, Result } from '../context.ts'
import { capitalized, RefusedError } from '../errors.ts'
import { readNames } from '../input/usernames.ts'
import { follow as addFollows, unfollow as removeFollows } from '../models/followers.ts'
import type { Database } from '../models/schema.ts'
import { type Identity, idsOf } from '../models/users.ts'

export const follow = (context: Context) =>
  targetsCommand(context, {
    name: 'follow',
    summary: 'make <user> follow each target',
    apply: addFollows,
    describe: (user, target, isNew) => (isNew ? `${user} now follows ${target}` : { unchanged: `${user} already follows ${target}` }),
  })
    .example('microblog follow alice bob', 'alice follows bob')
    .example('microblog followers alice | microblog follow carol -', 'carol follows everyone who follows alice')

export const unfollow = (context: Context) =>
  targetsCommand(context, {
    name: 'unfollow',
    summary: 'make <user> stop following each target',
    apply: removeFollows,
    describe: (user, target, wasFollowing) =>
      wasFollowing ? `${user} no longer follows ${target}` : { unchanged: `${user} was not following ${target}` },
  })
    .example('microblog unfollow alice bob', 'alice stops following bob')
    .example('microblog following alice --not-mutual | microblog unfollow alice -', 'drop those who do not follow back')

/** What differs between `follow` and `unfollow`. */
interface Verb {
  readonly name: 'follow' | 'unfollow'
  readonly summary: string
  /** Change the rows. Returns the ids of the targets whose row changed. */
  readonly apply: (db: Kysely<Database>, userId: number, targetIds: readonly number[]) => Promise<Set<number>>
  /** The line of output for one target. */
  readonly describe: (user: string, target: string, isChanged: boolean) => Result
}

const targetsCommand = (context: Context, verb: Verb) =>
  withBulkOptions(
    new Command(verb.name)
      .argument('<user>', 'a username')
      .argument('<target...>', 'usernames; - reads them from standard input, one a line'),
  )
    .summary(verb.summary)
    .description(`${capitalized(verb.summary)}: all of them in one transaction, or none if one is unknown.`)
    .action((user, targets, options) => changeTargets(context, verb, user, targets, options))

async function changeTargets(
  context: Context,
  verb: Verb,
  username: string,
  operands: readonly string[],
  options: BulkOptions,
): Promise<void> {
  const names = await readNames(operands, context.io.stdin, options.null ? '\0' : '\n')
  await changeDatabase(context, options, async (db) => {
    const user = await requireUser(db, username)
    const found = await requireUsers(context, db, names, options)
    const targets = await excludeSelf(context, verb, user, found, options)
    const changed = await verb.apply(db, user.id, idsOf(targets))
    return targets.map((target) => verb.describe(user.username, target.username, changed.has(target.id)))
  })
}

/** Leave the user out of the targets. Typed on the command line, the own name is an error; read from standard input, it is only noted. */
async function excludeSelf<T extends Identity & { line?: number }>(
  context: Context,
  verb: Verb,
  user: Identity,
  targets: readonly T[],
  options: BulkOptions,
): Promise<readonly T[]> {
  const self = targets.find(({ id }) => id === user.id)
  if (!self) return targets
  const fault = new RefusedError(`${user.username} cannot ${verb.name} themselves`, 'name other users only')
  if (self.line !== undefined) context.note(`line ${self.line}: skipped ${user.username}: nobody can ${verb.name} themselves`)
  else await context.throwOrReport([fault], options.keepGoing, () => fault.message)
  return targets.filter((target) => target !== self)
}
