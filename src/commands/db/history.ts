import { Command } from '../../cli/command.ts'
import { tryToReadFiles } from '../../cli/migrator.ts'
import { usingMigrations } from '../../cli/using-migrations.ts'
import { once, writeList } from '../../cli/write-list.ts'
import type { Context } from '../../context.ts'
import type { Migration } from '../../migrate/files.ts'
import { type AppliedMigration, checkHistory, compareHistory, describeConflict } from '../../migrate/history.ts'
import { jsonText } from '../../output/json.ts'
import { escapeField } from '../../output/safe-text.ts'

export const history = (context: Context) =>
  new Command('history')
    .summary('all migrations, newest first, and when each was applied')
    .description(
      'All migrations, newest first: number, name, and when it was applied (UTC) or "pending". Without a database all are pending. ' +
        'What does not fit together is marked, and is an error.',
    )
    .option('--json', 'as JSON, with message, checksum and duration')
    .example('microblog db history', 'what ran, and what will')
    .action(async (options) => {
      const { files, fault } = await tryToReadFiles(context)
      const exists = await (await context.engine()).exists()
      const applied = exists ? await usingMigrations(context, 'read', (connection) => connection.history()) : []
      const entries = fault ? applied.map(recordedEntry).reverse() : entriesOf(files, applied)
      if (options.json) context.write(`[\n  ${entries.map(jsonText).join(',\n  ')}\n]\n`)
      else if (context.io.stdout.isTerminal) await printTable(context, entries)
      else for (const entry of entries) context.print(lineOf(entry))
      if (fault) throw fault
      checkHistory(files, applied)
    })

interface Entry {
  readonly id: string
  readonly name: string
  readonly message: string | null
  readonly checksum: string
  readonly applied_at: string | null
  readonly duration_ms: number | null
  readonly conflict?: string
}

/** Newest first: every file, and every applied migration that has none. */
function entriesOf(files: readonly Migration[], rows: readonly AppliedMigration[]): Entry[] {
  const { applied, pending, missing } = compareHistory(files, rows)
  const entries = [
    ...applied.map((known): Entry => {
      const conflict = describeConflict(known)
      const { applied_at, duration_ms } = known.row
      return { ...detailsOf(known.file), applied_at, duration_ms, ...(conflict && { conflict }) }
    }),
    ...pending.map((file): Entry => ({ ...detailsOf(file), applied_at: null, duration_ms: null })),
    ...missing.map((row): Entry => ({ ...recordedEntry(row), conflict: 'no such file' })),
  ]
  return entries.sort((a, b) => (a.id < b.id ? 1 : -1))
}

const recordedEntry = (row: AppliedMigration): Entry => ({ ...detailsOf({ ...row, message: null }), ...row })

const detailsOf = <Message>({
  id,
  name,
  message,
  checksum,
}: Pick<Migration, 'id' | 'name' | 'checksum'> & { readonly message: Message }) => ({
  id,
  name,
  message,
  checksum,
})

const lineOf = ({ id, name, applied_at, conflict }: Entry): string =>
  [id, name, applied_at ?? 'pending', ...(conflict ? [conflict] : [])].map(escapeField).join('\t')

/** For people: the current revision, the highest that is applied, has an asterisk. */
async function printTable(context: Context, entries: readonly Entry[]): Promise<void> {
  const current = entries.find(({ applied_at }) => applied_at !== null)
  const hasConflict = entries.some(({ conflict }) => conflict)
  const rows = entries.map((entry) => ({
    id: `${entry === current ? '*' : ' '} ${entry.id}`,
    name: entry.name,
    applied: entry.applied_at?.slice(0, 10) ?? 'pending',
    conflict: entry.conflict ?? '',
  }))
  const fields = ['id', 'name', 'applied', ...(hasConflict ? ['conflict'] : [])]
  await writeList(context, 'table', { fields, rows: once(rows) }, { header: true }, 'there are no migrations')
  if (current) context.note('* the current revision')
}
