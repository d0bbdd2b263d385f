import { Command, collect } from '../../cli/command.ts'
import { checkBuild, checkIsCheckout, readFiles, writeMigration } from '../../cli/migrator.ts'
import type { Context } from '../../context.ts'
import type { AutogenerateRequest, GeneratedMigration } from '../../db/sqlite/autogenerate/autogenerate.ts'
import { UsageError } from '../../errors.ts'
import { schema } from '../../models/schema.ts'

interface Options {
  readonly message: string
  readonly rename?: readonly string[]
  readonly dryRun?: boolean
}

type Rename = NonNullable<AutogenerateRequest['renames']>[number]

export const migrate = (context: Context) =>
  new Command('migrate')
    .summary('write the migration that is missing')
    .description(
      'Compare the declared schema (src/models/schema.ts) with what the migration files make, and write the difference as the next numbered file. It is tried out, up and down, on filled tables before it is written. No database is needed.',
    )
    .requiredOption('-m, --message <message>', 'what changes; names the file')
    .option('--rename <t.a:b>', 'column a of table t is now called b (may be repeated)', collect)
    .option('--dry-run', 'print the file instead of writing it')
    .example('microblog db migrate -m followers', 'writes migrations/0003_followers.sql')
    .example('microblog db migrate -m "posts have a language" --dry-run', 'look at it first')
    .action((options: Options) => generate(context, options))

async function generate(context: Context, { message, rename = [], dryRun }: Options): Promise<void> {
  checkIsCheckout(context)
  checkBuild(context)
  const { slug } = await import('../../migrate/new-file.ts')
  slug(message)
  const files = await readFiles(context)
  const { autogenerate } = await import('../../db/sqlite/autogenerate/autogenerate.ts')
  const { renderMigration } = await import('../../db/sqlite/autogenerate/render-migration.ts')
  const { replay } = await import('../../db/sqlite/replay.ts')
  const request = {
    openMemory: await context.memory(),
    replay: (memory: Parameters<AutogenerateRequest['replay']>[0]) => replay(memory, files),
    declared: schema,
  }
  const said = [...new Set(rename)].map(parseRename)
  const renames = [...said, ...(await askForRenames(context, request, said))]
  const migration = autogenerate({ ...request, renames })
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
  throw new UsageError(`'${text}' is not a rename`, 'it is table.old:new, for example  --rename users.name:username')
}

/** A drop and an add that look alike may be a rename, and only a person knows. */
async function askForRenames(context: Context, request: AutogenerateRequest, known: readonly Rename[]): Promise<Rename[]> {
  const { renameCandidates } = await import('../../db/sqlite/autogenerate/autogenerate.ts')
  const chosen = [...known]
  for (const candidate of renameCandidates(request)) {
    const isSettled = chosen.some(({ table, from, to }) => table === candidate.table && (from === candidate.from || to === candidate.to))
    if (isSettled || !(await isRename(context, candidate))) continue
    chosen.push(candidate)
  }
  return chosen.slice(known.length)
}

async function isRename(context: Context, { table, from, to }: Rename): Promise<boolean> {
  if (context.terminal) {
    const { confirm } = await import('../../output/prompt.ts')
    return confirm(context.terminal, `Was ${table}.${from} renamed to ${to}? (No: it is dropped, with its values)`, true)
  }
  context.note(`note: if ${table}.${from} is now called ${to}, say  --rename ${table}.${from}:${to}`)
  return false
}
