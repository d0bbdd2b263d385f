import { Command, type OptionsOf } from '../../cli/command.ts'
import { checkBuild, checkIsCheckout, readPrecedingFiles, writeMigration } from '../../cli/new-migration.ts'
import { collect } from '../../cli/options.ts'
import type { Context } from '../../context.ts'
import { loadAutogenerate } from '../../db/open-engine.ts'
import { RefusedError } from '../../errors.ts'
import type { GeneratedMigration, Rename } from '../../migrate/new-file.ts'
import { dropOption, parseDrop, parseFill, parseRename, type RequestedChanges, renameOption } from '../../migrate/requested-changes.ts'
import { schema } from '../../models/schema.ts'
import { unlistedTables } from '../../models/unlisted-tables.ts'

const declare = () =>
  new Command('migrate')
    .summary('write the migration that is missing')
    .description(
      'Compare the declared schema (src/models/schema.ts) with what the migration files make, and write the difference ' +
        'as the next numbered file. It is tried out, up and down, on filled tables before it is written. No database is ' +
        'needed.',
    )
    .requiredOption('-m, --message <message>', 'what changes; names the file')
    .option('--rename <old:new>', 'a table (users:people) or column (posts.body:words) was renamed (may be repeated)', collect)
    .option('--drop <name>', 'a table (users) or column (posts.body) was dropped, not renamed (may be repeated)', collect)
    .option(
      '--fill <column=sql>',
      `what existing rows get in a column that is new or becomes NOT NULL: posts.language="'en'" (may be repeated)`,
      collect,
    )
    .option('--dry-run', 'print the file instead of writing it')
    .example('microblog db migrate -m followers', 'writes migrations/0003_followers.sql')
    .example('microblog db migrate -m "posts have a language" --dry-run', 'look at it first')

type Options = OptionsOf<typeof declare>

export const migrate = (context: Context) => declare().action((options) => generate(context, options))

async function generate(context: Context, { message, rename = [], drop = [], fill = [], dryRun }: Options): Promise<void> {
  checkIsCheckout(context)
  checkBuild(context)
  const requested: RequestedChanges = { renames: rename.map(parseRename), drops: drop.map(parseDrop), fills: fill.map(parseFill) }
  const { renderMigration, slug } = await import('../../migrate/new-file.ts')
  slug(message)
  for (const name of unlistedTables())
    context.note(`warning: '${name}' is declared, but not listed in schema (src/models/schema.ts): no migration creates it`)
  const files = await readPrecedingFiles(context)
  const { generateMigration, findPossibleRenames } = await loadAutogenerate()
  const request = { files, declared: schema, ...requested }
  const renames = await settleRenames(context, requested.renames, (renames) => findPossibleRenames({ ...request, renames }))
  const migration = generateMigration({ ...request, renames })
  if (!migration) return context.note('No changes detected: the migrations make the declared schema')
  report(context, migration)
  if (dryRun) return context.write(renderMigration({ message, ...migration }))
  context.print(await writeMigration(context, files, { message, ...migration }))
}

function report(context: Context, { changes, dropsData, remarks }: GeneratedMigration): void {
  for (const change of changes) context.note(change)
  for (const loss of dropsData) context.note(`warning: the upgrade destroys ${loss}`)
  for (const remark of remarks) context.note(`warning: ${remark}`)
}

/**
 * Ask about each possible rename, and return the requested and the confirmed renames.
 * @throws RefusedError without a terminal to ask on
 */
async function settleRenames(
  context: Context,
  requested: readonly Rename[],
  findCandidates: (renames: readonly Rename[]) => readonly Rename[],
): Promise<readonly Rename[]> {
  const renames = [...requested]
  const declined = new Set<string>()
  for (;;) {
    const candidates = findCandidates(renames).filter((candidate) => !declined.has(renameOption(candidate)))
    const [candidate] = candidates
    if (!candidate) return renames
    if (!context.terminal) throw undecided(candidates)
    const { confirm } = await import('../../output/prompt.ts')
    if (await confirm(context.terminal, question(candidate), true)) renames.push(candidate)
    else declined.add(renameOption(candidate))
  }
}

const question = ({ table, from, to }: Rename): string =>
  table === undefined
    ? `Was table ${from} renamed to ${to}? (No: it is dropped, with its rows)`
    : `Was ${table}.${from} renamed to ${to}? (No: it is dropped, with its values)`

/** The hint lists the options to choose from for each dropped name. */
function undecided(candidates: readonly Rename[]): RefusedError {
  const drops = candidates.map(({ table, from }) => dropOption(table === undefined ? { table: from } : { table, column: from }))
  const lines = [...new Set(drops)].map((drop) => {
    const renames = candidates.filter((_, i) => drops[i] === drop).map(renameOption)
    return [...renames, drop].join('  or  ')
  })
  const names = new Set(candidates.map(({ table, from }) => `'${[table ?? [], from].flat().join('.')}'`))
  return new RefusedError(
    `${[...names].join(', ')} may have been renamed or dropped: nothing was written`,
    `say which:\n${lines.join('\n')}`,
  )
}
