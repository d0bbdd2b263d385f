import { Command } from '../../cli/command.ts'
import type { Context } from '../../context.ts'

/** Shadow tables and the tables SQLite keeps for itself come of their own accord when the rest is run. */
const statements = `
  SELECT s.sql FROM sqlite_schema s LEFT JOIN pragma_table_list l ON l.name = s.tbl_name AND l.schema = 'main'
  WHERE s.sql IS NOT NULL AND s.name NOT GLOB 'sqlite_*' AND s.tbl_name <> 'schema_migrations' AND coalesce(l.type, '') <> 'shadow'
  ORDER BY s.rowid`

export const schema = (context: Context) =>
  new Command('schema')
    .summary("the database's schema, as SQL")
    .example('microblog db schema | sqlite3 copy.db', 'an empty database with the same tables')
    .action(async () => {
      const connection = await context.connection('read')
      for (const { sql } of connection.all<{ sql: string }>(statements)) context.print(`${sql};`)
    })
