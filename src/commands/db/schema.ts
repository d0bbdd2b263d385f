import { Command } from '../../cli/command.ts'
import { usingMigrations } from '../../cli/using-migrations.ts'
import type { Context } from '../../context.ts'

export const schema = (context: Context) =>
  new Command('schema')
    .summary("the database's schema, as SQL")
    .example('microblog db schema | sqlite3 copy.db', 'an empty database with the same tables')
    .action(async () => {
      const statements = await usingMigrations(context, 'read', (connection) => connection.schema())
      for (const statement of statements) context.write(`${statement};\n`)
    })
