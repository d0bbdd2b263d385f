/** Writes records to the staging table in batches. An invalid record is added to the faults and skipped. */
import type { Kysely } from 'kysely'
import type { Staging } from '../../db/engine.ts'
import { MicroblogError, RefusedError } from '../../errors.ts'
import { foldCase } from '../../fold-case.ts'
import type { InputRecord } from '../../input/layout.ts'
import { parseTimestamp } from '../../input/time.ts'
import { withoutAt } from '../../input/usernames.ts'
import type { NamedUser, NamedUsers } from '../../models/named-users.ts'
import { checkBody } from '../../models/posts.ts'
import type { RecordType } from '../../models/records.ts'
import type { Database } from '../../models/schema.ts'
import { checkEmail, checkUsername, InvalidUsernameError } from '../../models/users.ts'
import { type Faults, UnknownUserError } from './faults.ts'

export interface ImportState {
  readonly db: Kysely<Database>
  readonly staging: Staging
  readonly users: NamedUsers
  readonly isCreating: boolean
  readonly faults: Faults
}

/** Stages the valid ones of `records`. Returns their number. */
type StageRecords = (stage: ImportState, records: readonly InputRecord[]) => Promise<number>

export const stageRecords: Readonly<Record<RecordType, StageRecords>> = { follows: stageFollows, users: stageUsers, posts: stagePosts }

async function stageFollows(stage: ImportState, records: readonly InputRecord[]): Promise<number> {
  const names: string[] = []
  for (const { values } of records) names.push(stripAt(values[0] ?? ''), stripAt(values[1] ?? ''))
  const users = await stage.users.find(names)
  const idRows: number[] = []
  const nameRows: (string | number | null)[] = []
  for (const [index, { line }] of records.entries()) {
    const [from, to] = [users[2 * index], users[2 * index + 1]]
    if (typeof from === 'number' && typeof to === 'number' && from !== to) idRows.push(from, to)
    else collectFault(stage.faults, line, () => nameRows.push(...followByName(stage, names.slice(2 * index, 2 * index + 2), from, to)))
  }
  await stage.staging.stage(['user_id', 'followed_id'], idRows)
  await stage.staging.stage(['user_id', 'username', 'followed_id', 'followed'], nameRows)
  return idRows.length / 2 + nameRows.length / 4
}

/** @throws MicroblogError, if one of the two users does not exist, or both are the same. */
function followByName(stage: ImportState, [follower = '', followed = '']: readonly string[], from: NamedUser, to: NamedUser) {
  if (from == null) throw unknownUser(stage, follower)
  if (to == null) throw unknownUser(stage, followed)
  if (foldCase(follower) === foldCase(followed)) throw new RefusedError(`${follower} cannot follow themselves`)
  return [...byIdOrName(stage, from, follower), ...byIdOrName(stage, to, followed)]
}

async function stageUsers({ staging, faults }: ImportState, records: readonly InputRecord[]): Promise<number> {
  const rows: (string | number | null)[] = []
  for (const { line, values } of records) {
    const [name = '', email = ''] = values
    collectFault(faults, line, () => {
      const username = withoutAt(name)
      checkUsername(username)
      if (email !== '') checkEmail(email)
      rows.push(faults.position(line), username, email || null)
    })
  }
  await staging.stage(['line', 'username', 'email'], rows)
  return rows.length / 3
}

async function stagePosts(stage: ImportState, records: readonly InputRecord[]): Promise<number> {
  const names = records.map(({ values: [name = ''] }) => stripAt(name))
  const users = await stage.users.find(names)
  const rows: (string | number | null)[] = []
  for (const [index, { line, values }] of records.entries()) {
    const [, time = '', body = ''] = values
    const [name = '', user = null] = [names[index], users[index]]
    collectFault(stage.faults, line, () => {
      const timestamp = parseTimestamp(time)
      checkBody(body)
      if (user === null) throw unknownUser(stage, name)
      rows.push(...byIdOrName(stage, user, name), timestamp, body)
    })
  }
  await stage.staging.stage(['user_id', 'username', 'timestamp', 'body'], rows)
  return rows.length / 4
}

/** Run `work`. If it throws a MicroblogError, add that as a fault in `line`. */
function collectFault(faults: Faults, line: number, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof MicroblogError)) throw error
    faults.add(line, error)
  }
}

/** Unlike `withoutAt` it never throws: an empty name is a fault of its line. */
const stripAt = (name: string): string => (name.startsWith('@') ? name.slice(1) : name)

/** Existing users are staged by id, users to be created by name. */
function byIdOrName({ users }: ImportState, user: NamedUser, name: string): [id: number | null, name: string | null] {
  if (typeof user === 'number') return [user, null]
  users.create(name)
  return [null, name]
}

/** With `--create-users`, an unknown user is created, so the only possible error is an invalid name. */
const unknownUser = ({ isCreating }: ImportState, name: string): MicroblogError =>
  isCreating ? new InvalidUsernameError(name) : new UnknownUserError(name)
