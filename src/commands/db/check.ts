import { Command } from '../../cli/command.ts'
import { readFiles } from '../../cli/migrator.ts'
import { checkBuild } from '../../cli/new-migration.ts'
import { using } from '../../cli/using.ts'
import { usingMigrations } from '../../cli/using-migrations.ts'
import type { Context } from '../../context.ts'
import type { Engine } from '../../db/engine.ts'
import { DatabaseError } from '../../errors.ts'
import type { Migration } from '../../migrate/files.ts'
import { jsonText } from '../../output/json.ts'
import { safeText } from '../../output/safe-text.ts'

export const check = (context: Context) =>
  new Command('check')
    .summary('look for anything wrong with the database and its migrations')
    .description(
      'Compare the declared schema with the migration files, run the files up, down and up again in memory, and compare ' +
        'the database with the files: its schema, checksums, foreign keys, integrity, what does not compile, and search ' +
        'indexes, during which writers wait (3 seconds for a million posts). A line for each finding; exit 1 if there is any.',
    )
    .option('--files', 'look only at the migration files, not at a database')
    .option('--json', 'as JSON')
    .example('microblog db check && echo sound', 'in a script')
    .example('microblog db check --files', 'without a database')
    .action(async (options) => {
      checkBuild(context)
      const engine = await context.engine()
      const files = await readFiles(context)
      const inDatabase = options.files ? [] : await findInDatabase(context, files)
      const findings = [...(await findInFiles(engine, files)), ...inDatabase]
      if (findings.length > 0) context.exitCode = 1
      if (options.json) return context.print(jsonText(findings))
      const separator = context.io.stdout.isTerminal ? ': ' : '\t'
      for (const { check, message } of findings) context.print(check + separator + safeText(message))
      if (findings.length === 0) context.note(options.files ? 'the migrations are sound' : `${engine.name} is sound`)
    })

/** Compare the files with the declared schema, and run them in memory. */
async function findInFiles(engine: Engine, files: readonly Migration[]) {
  const { checkDowngrades, checkFiles } = await import('../../migrate/check.ts')
  return [
    ...(await checkFiles(() => engine.findMissing(files))),
    ...(await using(await engine.scratch(), (scratch) => checkDowngrades(scratch, files))),
  ]
}

/** Compare the database with the files. */
async function findInDatabase(context: Context, files: readonly Migration[]) {
  const { checkDatabase } = await import('../../migrate/check.ts')
  const found = await usingMigrations(context, 'read', (connection) => checkDatabase(connection, files))
  return [...found, ...(await checkSearch(context))]
}

/** FTS5's check of a search index needs permission to write, although it writes nothing. */
async function checkSearch(context: Context) {
  const { checkSearchIndexes } = await import('../../migrate/check.ts')
  try {
    return await usingMigrations(context, 'write', checkSearchIndexes)
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    context.note(`the search indexes were not compared with their tables: ${error.message}`)
    return []
  }
}
