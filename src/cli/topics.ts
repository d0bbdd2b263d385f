/** Help that belongs to no single command: `microblog help exit-codes` and its like. */
import { fileRecipesText } from './file-recipes.ts'

export type Topics = Readonly<Record<string, { readonly summary: string; readonly text: string }>>

export const topics: Topics = {
  'exit-codes': {
    summary: 'what the exit code says',
    text: `  0    done; yes
  1    no (is-following, user check); or refused: taken, too long, bad data
  2    bad command line
  3    no such user, post, revision or input file
  4    the database is missing, behind, ahead, locked for too long, corrupt,
       read-only or full, or its migration history conflicts; anything
       unexpected
  130  interrupted
`,
  },
  formats: {
    summary: 'what lists look like, in a terminal and in a pipe',
    text: `A list is a table on a terminal and plain lines in a pipe or a file. Choose
with --format, choose and order the columns with --fields.

  table   for people; past 200 rows plain columns
  plain   one row a line, values set apart by tabs, no header
  tsv     plain, under a header row
  csv     RFC 4180, under a header row
  json    one array, an object a line, written as the rows come
  ndjson  one object a line

A table of users has their followers, following and posts too; the other
formats have them only if --fields says so.

In plain and tsv a tab, newline, carriage return or backslash inside a value is
written \\t, \\n, \\r and \\\\, and other control characters as \\u{1b}.
-0 ends lines with NUL, for xargs -0. --no-header leaves the header row out.
Lists of users are sorted bytewise by username, so comm and join work on them
(with LC_ALL=C). Only json, ndjson and csv carry text exactly as it was written.
`,
  },
  times: {
    summary: 'how times are typed and printed',
    text: `  2026-01-02                   that day, where you are
  2026-01-02 03:04             that minute, where you are
  2026-01-02T03:04:05Z         RFC 3339, with a zone or an offset
  30s  5m  2h  3d  1w          so long ago; also '2 hours ago'
  now  today  yesterday

A time is as long as the unit it is written to: --since yesterday --until
yesterday is all of yesterday. Without a zone it is in yours (TZ). Output is in
UTC. In an import a time has seconds, and a zone or an offset.
`,
  },
  files: {
    summary: 'recipes for files of other programs: Mastodon, Twitter, Excel, …',
    text: fileRecipesText(),
  },
  environment: {
    summary: 'the environment variables that are read',
    text: `  MICROBLOG_DB      the database, unless --db names one; where it is unset
                    or empty: ./microblog.db. A file, or a URL of PostgreSQL:
                    postgres://user@host/name
  MICROBLOG_PAGER   shows lists that are longer than the screen of a terminal;
                    else PAGER, else less -FRX; empty or cat: none
  MICROBLOG_DEBUG   1: errors come with a stack trace, and --version names
                    the versions of Node and SQLite
  NO_COLOR          set: no colour
  FORCE_COLOR       set, and not 0: colour even in a pipe (also CLICOLOR_FORCE)
  CLICOLOR          0: no colour
  TERM              dumb: no colour
  COLUMNS           the width that help and tables may have

--color always or never goes before all of these.
`,
  },
}
