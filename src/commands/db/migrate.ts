import { Command, type OptionsOf } from '../../cli/command.ts'
import { readFiles } from '../../cli/migrator.ts'
import { checkBuild, checkIsCheckout, writeMigration } from '../../cli/new-migration.ts'
import { collect } from '../../cli/options.ts'
import type { Context } from '../../context.ts'
import { loadAutogenerate } from '../../db/open-engine.ts'
import { UsageError } from '../../errors.ts'
import type { GeneratedMigration, Rename } from '../../migrate/new-file.ts'
import { schema } from '../../models/schema.ts'

const declare = () =>
  new Command('migrate')
    .summary('write the migration that is missing')
    .description(
      'Compare the declared schema (src/models/schema.ts) with what the migration files make, and write the difference ' +
        'as the next numbered file. It is tried out, up and down, on filled tables before it is written. No database is ' +
        'needed.',
    )
    .requiredOption('-m, --message <message>', 'what changes; names the file')
    .option('--rename <t.a:b>', 'column a of table t is now called b (may be repeated)', collect)
    .option('--dry-run', 'print the file instead of writing it')
    .example('microblog db migrate -m followers', 'writes migrations/0003_followers.sql')
    .example('microblog db migrate -m "posts have a language" --dry-run', 'look at it first')

type Options = OptionsOf<typeof declare>

export const migrate = (context: Context) => declare().action((options) => generate(context, options))

async function generate(context: Context, { message, rename = [], dryRun }: Options): Promise<void> {
  checkIsCheckout(context)
  checkBuild(context)
  const { renderMigration, slug } = await import('../../migrate/new-file.ts')
  slug(message)
  const files = await readFiles(context)
  const { generateMigration, findPossibleRenames } = await loadAutogenerate()
  const request = { files, declared: schema }
  const requested = [...new Set(rename)].map(parseRename)
  const renames = [...requested, ...(await askForRenames(context, findPossibleRenames(request), requested))]
  const migration = generateMigration({ ...request, renames })
  if (!migration) return context.note('No changes detected: the migrations make the declared schema')
  report(context, migration)
  const text = renderMigration({ message, ...migration })
  if (dryRun) return context.io.stdout.write(text)
  context.print(await writeMigration(context, files, message, text))
}

function report(context: Context, { changes, dropsData }: GeneratedMigration): void {
  for (const { sentence } of changes) context.note(sentence)
  for (const loss of dropsData) context.note(`warning: the upgrade destroys ${loss}`)
}

function parseRename(text: string): Rename {
  const [, table, from, to] = /^([^.:]+)\.([^.:]+):([^.:]+)$/.exec(text) ?? []
  if (table && from && to) return { table, from, to }
  throw new UsageError(`'${text}' is not a rename`, 'write it as table.old:new, for example  --rename users.name:username')
}

/** A dropped and an added column with the same definition may be a rename: ask, or without a terminal print a note. */
async function askForRenames(context: Context, candidates: readonly Rename[], known: readonly Rename[]): Promise<Rename[]> {
  const renames = [...known]
  for (const candidate of candidates) {
    const isDecided = renames.some(({ table, from, to }) => table === candidate.table && (from === candidate.from || to === candidate.to))
    if (isDecided || !(await isRename(context, candidate))) continue
    renames.push(candidate)
  }
  return renames.slice(known.length)
}

async function isRename(context: Context, { table, from, to }: Rename): Promise<boolean> {
  if (context.terminal) {
    const { confirm } = await import('../../output/prompt.ts')
    return confirm(context.terminal, `Was ${table}.${from} renamed to ${to}? (No: it is dropped, with its values)`, true)
  }
  context.note(`note: if ${table}.${from} was renamed to ${to}, add  --rename ${table}.${from}:${to}`)
  return false
}
