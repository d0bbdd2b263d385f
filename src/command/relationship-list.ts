/** What `followers` and `following` share: one of the two relationships, refined by the other options, and listed. */
import type { Kysely } from 'kysely'
import type { Context } from '../context.ts'
import { UsageError } from '../errors.ts'
import { type Relationship, refine, reverseOf } from '../models/followers.ts'
import type { Database } from '../models/schema.ts'
import type { Identity, UserQuery } from '../models/users.ts'
import { Command } from './command.ts'
import { type ListOptions, withListOptions } from './list.ts'
import { requireUser } from './people.ts'
import { userList, userListKind } from './user-list.ts'

interface Options extends ListOptions {
  readonly mutual?: boolean
  readonly notMutual?: boolean
  readonly and?: readonly string[]
  readonly not?: readonly string[]
}

interface Words {
  readonly name: string
  readonly summary: string
  readonly relationship: Relationship
  /** What `--and <u>` and `--not <u>` ask of each user listed: `follow <u>`. */
  readonly condition: string
  readonly nobody: (username: string) => string
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

export function relationshipCommand(context: Context, words: Words): Command {
  const command = new Command(words.name)
    .summary(words.summary)
    .argument('<user>', 'a username')
    .option('--mutual', 'only those where both follow each other')
    .option('--not-mutual', 'only those where it is one-sided')
    .option('--and <u>', `only those ${words.condition} as well (may be repeated)`, collect)
    .option('--not <u>', `only those ${words.condition} not (may be repeated)`, collect)
    .action((username: string, options: Options) => listRelated(context, words, username, options))
  return withListOptions(command, userListKind)
}

async function listRelated(context: Context, words: Words, username: string, options: Options): Promise<void> {
  if (options.mutual && options.notMutual) throw new UsageError('--mutual and --not-mutual contradict each other')
  const list = userList(context, options)
  const store = await context.database()
  const user = await requireUser(store.db, username)
  const query = await refineAll(store.db, words.relationship, user, options)
  await list.print(store, query, isRefined(options) ? 'nobody fits these options' : words.nobody(user.username))
}

const isRefined = ({ mutual, notMutual, and, not }: Options): boolean => Boolean(mutual || notMutual || and || not)

async function refineAll(db: Kysely<Database>, relationship: Relationship, user: Identity, options: Options): Promise<UserQuery> {
  let query = relationship(db, user.id)
  if (options.mutual) query = refine(query, db, reverseOf(relationship), user.id, 'and')
  if (options.notMutual) query = refine(query, db, reverseOf(relationship), user.id, 'not')
  for (const name of options.and ?? []) query = refine(query, db, relationship, (await requireUser(db, name)).id, 'and')
  for (const name of options.not ?? []) query = refine(query, db, relationship, (await requireUser(db, name)).id, 'not')
  return query
}
