/** `followers` and `following` list one of the two relationships, filtered by the options. */
import type { Kysely } from 'kysely'
import { Command, type OptionsOf } from '../cli/command.ts'
import { withListOptions } from '../cli/list-options.ts'
import { collect } from '../cli/options.ts'
import { requireUser } from '../cli/require-users.ts'
import { userList, userListKind } from '../cli/user-list.ts'
import { usingSession } from '../cli/using-session.ts'
import type { Context } from '../context.ts'
import { ContradictionError } from '../errors.ts'
import { followed, followers as followersOf, type Relationship, reverseOf } from '../models/followers.ts'
import type { Condition, Conditions } from '../models/related.ts'
import type { Database } from '../models/schema.ts'
import type { Identity } from '../models/users.ts'

export const followers = (context: Context) =>
  relationshipCommand(context, {
    name: 'followers',
    summary: 'who follows <user>',
    relationship: followersOf,
    and: 'who follow <u>',
    not: 'who do not follow <u>',
    emptyMessage: (username) => `nobody follows ${username} yet`,
  })
    .example('microblog followers alice', 'one username a line, in order')
    .example('microblog followers alice --mutual --count', 'how many of them alice follows back')
    .example('microblog followers alice --and bob --json', 'who follows both, as JSON')

export const following = (context: Context) =>
  relationshipCommand(context, {
    name: 'following',
    summary: 'whom <user> follows',
    relationship: followed,
    and: 'whom <u> follows',
    not: 'whom <u> does not follow',
    emptyMessage: (username) => `${username} follows nobody yet`,
  })
    .alias('followed')
    .example('microblog following alice', 'one username a line, in order')
    .example('microblog following alice --not-mutual', 'whom alice follows without being followed back')
    .example('microblog following alice --sort followers -r -n 10', 'the ten best-known of them')

/** What differs between `followers` and `following`. */
interface RelationshipSpec {
  readonly name: string
  readonly summary: string
  readonly relationship: Relationship
  /** The condition of `--and <u>` and of `--not <u>`, for the help: `who follow <u>`. */
  readonly and: string
  readonly not: string
  readonly emptyMessage: (username: string) => string
}

const declare = (spec: RelationshipSpec) =>
  withListOptions(
    new Command(spec.name)
      .summary(spec.summary)
      .argument('<user>', 'a username')
      .option('--mutual', 'only those where both follow each other')
      .option('--not-mutual', 'only those where it is one-sided')
      .option('--and <u>', `only those ${spec.and} as well (may be repeated)`, collect)
      .option('--not <u>', `only those ${spec.not} (may be repeated)`, collect),
    userListKind,
  )

type Options = OptionsOf<typeof declare>

const relationshipCommand = (context: Context, spec: RelationshipSpec) =>
  declare(spec).action((username, options) => listRelated(context, spec, username, options))

async function listRelated(context: Context, spec: RelationshipSpec, username: string, options: Options): Promise<void> {
  if (options.mutual && options.notMutual) throw new ContradictionError('--mutual', '--not-mutual')
  const print = userList(context, options)
  await usingSession(context, 'read', async (session) => {
    const user = await requireUser(session.db, username)
    const conditions = await buildConditions(session.db, spec.relationship, user, options)
    await print(session, conditions, isFiltered(options) ? 'no users match' : spec.emptyMessage(user.username))
  })
}

const isFiltered = ({ mutual, notMutual, and, not }: Options): boolean => Boolean(mutual || notMutual || and || not)

async function buildConditions(db: Kysely<Database>, relationship: Relationship, user: Identity, options: Options): Promise<Conditions> {
  const conditions: Condition[] = [{ relationship, userId: user.id, isWanted: true }]
  const mutual = { relationship: reverseOf(relationship), userId: user.id }
  if (options.mutual || options.notMutual) conditions.push({ ...mutual, isWanted: options.mutual === true })
  for (const name of options.and ?? []) conditions.push({ relationship, userId: (await requireUser(db, name)).id, isWanted: true })
  for (const name of options.not ?? []) conditions.push({ relationship, userId: (await requireUser(db, name)).id, isWanted: false })
  return conditions
}
