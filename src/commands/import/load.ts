/** Loads the staged rows into the database in one transaction. */
import type { Kysely } from 'kysely'
import { maxReported, RefusedError } from '../../errors.ts'
import { createUsers, loadFollows, loadPosts, loadUsers, refusedUsers, unstageExistingPosts } from '../../models/imports.ts'
import { countRows, highestId } from '../../models/page.ts'
import type { RecordType } from '../../models/records.ts'
import type { Database } from '../../models/schema.ts'
import type { Faults } from './faults.ts'
import type { ImportState } from './stage.ts'

interface LoadOptions {
  /** The number of staged rows. */
  readonly rows: number
  readonly dryRun: boolean
  readonly keepGoing: boolean
}

interface Totals {
  readonly added: number
  readonly known: number
  /** Users created by `--create-users`. */
  readonly created: number
}

/** Load the staged records. @throws MicroblogError, if there are faults and `keepGoing` is false. */
export const loadRecords = (type: RecordType, stage: ImportState, options: LoadOptions): Promise<Totals> =>
  type === 'users' ? loadStagedUsers(stage, options) : loadStagedRows(type, stage, options)

async function loadStagedRows(
  type: 'follows' | 'posts',
  { db, staging, users, faults }: ImportState,
  options: LoadOptions,
): Promise<Totals> {
  const { rows, dryRun, keepGoing } = options
  if (!keepGoing) await faults.refuse(db)
  const newest = await highestId(db, 'posts')
  if (type === 'posts') await unstageExistingPosts(db, '<=', newest)
  return staging.load({
    table: type === 'follows' ? 'followers' : 'posts',
    rows,
    dryRun,
    async recheck(db) {
      await users.check(db)
      if (type === 'posts') await unstageExistingPosts(db, '>', newest)
    },
    async insert(db) {
      const created = await createUsers(db, users.created)
      const added = await (type === 'follows' ? loadFollows(db) : loadPosts(db))
      return { added, known: rows - added, created }
    },
  })
}

/** Users are checked after the insert: the rows that conflict with existing users are those that were not added. */
async function loadStagedUsers({ staging, faults }: ImportState, { rows, dryRun, keepGoing }: LoadOptions): Promise<Totals> {
  return staging.load({
    table: 'users',
    rows,
    dryRun,
    async recheck() {},
    async insert(db) {
      const added = await loadUsers(db)
      const refused = added === rows ? 0 : await noteRefused(db, faults)
      if (!keepGoing) await faults.refuse(db)
      return { added, known: rows - added - refused, created: 0 }
    },
  })
}

/** Add a fault for each staged user that was not added. Returns their number. */
async function noteRefused(db: Kysely<Database>, faults: Faults): Promise<number> {
  const refused = refusedUsers(db)
  for (const { line, username, email, existing, existing_email, owner } of await refused
    .orderBy('staged.position')
    .limit(maxReported)
    .execute()) {
    const other = existing_email === null ? 'without an' : 'with another'
    const fault =
      existing === null ? `the email address ${email} belongs to ${owner}` : `the user "${username}" already exists, ${other} email address`
    faults.addAt(line, new RefusedError(fault))
  }
  const count = await countRows(db, refused)
  faults.count += Math.max(0, count - maxReported)
  return count
}
