/** Shared by commands that change the database: one transaction, and one line of output for each change. */
import type { Kysely } from 'kysely'
import type { Context, Result } from '../context.ts'
import type { Session } from '../db/engine.ts'
import type { Database } from '../models/schema.ts'
import type { ChangeOptions } from './options.ts'
import { usingSession } from './using-session.ts'

/** Run `work` in one transaction and print the lines that it returns. */
export async function change(
  context: Context,
  session: Session,
  options: ChangeOptions,
  work: (db: Kysely<Database>) => Promise<readonly Result[]>,
): Promise<void> {
  await context.report(await session.change(options, work), options)
  noteDryRun(context, options)
}

/** Open the database, run `change`, close the database. */
export const changeDatabase = (
  context: Context,
  options: ChangeOptions,
  work: (db: Kysely<Database>) => Promise<readonly Result[]>,
): Promise<void> => usingSession(context, 'write', (session) => change(context, session, options, work))

export function noteDryRun(context: Context, { dryRun }: ChangeOptions): void {
  if (dryRun) context.note('dry run: nothing was changed')
}
