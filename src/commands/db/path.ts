import { Command } from '../../cli/command.ts'
import type { Context } from '../../context.ts'

export const path = (context: Context) =>
  new Command('path')
    .summary('where the database is, or would be')
    .example('sqlite3 "$(microblog db path)" .tables', "ask SQLite's own shell")
    .action(async () => context.print((await context.engine()).path))
