/** What the commands share that change something: one transaction, and a line for each thing that came of it. */
import type { Kysely } from 'kysely'
import type { Context } from '../context.ts'
import type { Store } from '../db/sqlite/session.ts'
import type { Database } from '../models/schema.ts'

/** As Commander hands them over. */
export interface ChangeOptions {
  readonly dryRun?: boolean
  readonly quiet?: boolean
}

/** Of commands that change many things, whose names may come from standard input. */
export interface ManyOptions extends ChangeOptions {
  readonly keepGoing?: boolean
  readonly null?: boolean
}

/** Do `work` in one transaction and print the lines that it returns. */
export async function change(
  context: Context,
  store: Store,
  options: ChangeOptions,
  work: (db: Kysely<Database>) => Promise<readonly string[]>,
): Promise<void> {
  await context.report(await store.change(options, work))
  noteDryRun(context, options)
}

export function noteDryRun(context: Context, { dryRun }: ChangeOptions): void {
  if (dryRun) context.note('dry run: nothing was changed')
}
