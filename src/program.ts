/** The command tree. Every command is listed here. */
import { CommanderError, Option } from 'commander'
import { Command } from './cli/command.ts'
import { topics } from './cli/topics.ts'
import { complete } from './commands/complete.ts'
import { completion } from './commands/completion.ts'
import { backup } from './commands/db/backup.ts'
import { check as checkDatabase } from './commands/db/check.ts'
import { current } from './commands/db/current.ts'
import { downgrade } from './commands/db/downgrade.ts'
import { history } from './commands/db/history.ts'
import { migrate } from './commands/db/migrate.ts'
import { path as databasePath } from './commands/db/path.ts'
import { revision } from './commands/db/revision.ts'
import { schema } from './commands/db/schema.ts'
import { show as showMigration } from './commands/db/show.ts'
import { stamp } from './commands/db/stamp.ts'
import { upgrade } from './commands/db/upgrade.ts'
import { explore } from './commands/explore.ts'
import { exportRecords } from './commands/export.ts'
import { follow, unfollow } from './commands/follow.ts'
import { followers, following } from './commands/followers.ts'
import { graph } from './commands/graph.ts'
import { help } from './commands/help.ts'
import { importRecords } from './commands/import.ts'
import { isFollowing } from './commands/is-following.ts'
import { mentions } from './commands/mentions.ts'
import { path } from './commands/path.ts'
import { post } from './commands/post.ts'
import { posts } from './commands/posts.ts'
import { search } from './commands/search.ts'
import { show as showPost } from './commands/show.ts'
import { stats } from './commands/stats.ts'
import { suggest } from './commands/suggest.ts'
import { timeline } from './commands/timeline.ts'
import { unpost } from './commands/unpost.ts'
import { add } from './commands/user/add.ts'
import { check } from './commands/user/check.ts'
import { edit } from './commands/user/edit.ts'
import { list } from './commands/user/list.ts'
import { remove } from './commands/user/remove.ts'
import { show } from './commands/user/show.ts'
import type { Context } from './context.ts'
import type { Output } from './output/io.ts'
import { parseColor } from './output/style.ts'

/** Builds a command. `rest`: the words typed after its name, from which a group builds only the subcommand that is called. */
type CommandFactory = (context: Context, rest: readonly string[]) => Command

/** Command factories by name. A key may list aliases after the name: `remove rm`. */
type Commands = Readonly<Record<string, CommandFactory>>

const migrationCommands: Commands = {
  upgrade,
  downgrade,
  'current status': current,
  history,
  show: showMigration,
  stamp,
  migrate,
  revision,
  check: checkDatabase,
  backup,
  schema,
  path: databasePath,
}

const groups: Readonly<Record<string, Commands>> = {
  'Users:': {
    user: group('user', 'create, show and change users', { add, show, list: (context) => list(context), edit, check, 'remove rm': remove }),
    users: (context) => list(context, 'users'),
  },
  'Following:': {
    follow,
    unfollow,
    followers,
    'following followed': following,
    'is-following': isFollowing,
    suggest,
    path,
    graph,
  },
  'Posts:': { post, show: showPost, unpost, posts, 'timeline tl': timeline, explore, mentions, search },
  'Data:': {
    import: importRecords,
    export: exportRecords,
    stats,
    db: group('db', 'the database and its migrations', migrationCommands),
  },
  'Other:': { completion, help },
}

function group(name: string, summary: string, members: Commands): CommandFactory {
  return (context, rest) => {
    const command = new Command(name).summary(summary).helpCommand(false)
    for (const [create, after] of selectCommands(members, rest)) command.addCommand(create(context, after))
    return command
  }
}

/** The command that `argv` calls, with the words after its name; all commands, if it calls none or one that reads the whole tree. */
function selectCommands(commands: Commands, argv: readonly string[]): [CommandFactory, readonly string[]][] {
  if (argv.length === 1 && /^(-V|-v|--version)$/.test(argv[0] ?? '')) return []
  const position = argv.findIndex((word, index) => !word.startsWith('-') && !takesValue(argv[index - 1]))
  const called = Object.entries(commands).find(([names]) => position >= 0 && names.split(' ').includes(argv[position] ?? ''))
  const isAboutAll = called?.[1] === help || called?.[1] === completion
  if (!called || isAboutAll) return Object.values(commands).map((create) => [create, []])
  return [[called[1], argv.slice(position + 1)]]
}

/** Whether `word` is a global option whose value is the next word. Global options may precede the command's name. */
const takesValue = (word: string | undefined): boolean => word === '--db' || word === '--color'

/**
 * Commander's tree, ready to parse. Global options are accepted before and after the command's name.
 * With `argv`, only the command that it calls is built, to save start-up time. Without `argv`, all commands are built.
 */
export function buildProgram(context: Context, version: string, argv: readonly string[] = []): Command {
  const program = new Command('microblog')
    .description('A microblog on the command line, in one SQLite file: users, posts, and who follows whom.')
    .option('--db <file>', 'the database (default: MICROBLOG_DB, else ./microblog.db)')
    .option('--color <when>', 'auto, always or never', parseColor)
    .option('--no-input', 'never ask; fail instead')
    .option('--no-pager', 'print long lists at once, not in a pager')
    .version(version, '-V, --version', 'print the version')
    .addOption(new Option('-v').hideHelp())
    .on('option:v', () => {
      context.write(`${version}\n`)
      throw new CommanderError(0, 'commander.version', version)
    })
    .helpCommand(false)
    .example('microblog db upgrade', 'create the database: ./microblog.db')
    .example('microblog user add alice bob', 'two users')
    .example('microblog follow alice bob', 'alice follows bob')
    .example("microblog post bob 'hello, world'", 'bob says something')
    .example('microblog timeline alice', 'what alice gets to read')
  const selected = new Map(selectCommands(Object.assign({}, ...Object.values(groups)), argv))
  for (const [heading, commands] of Object.entries(groups)) {
    for (const create of Object.values(commands)) {
      const rest = selected.get(create)
      if (rest) program.addCommand(create(context, rest).helpGroup(heading))
    }
  }
  program.takes('color', ['auto', 'always', 'never']).addCommand(complete(context), { hidden: true })
  program.addHelpText(
    'after',
    () => `\nTopics (microblog help <topic>):\n${topicLines(program.createHelp(), helpWidth(context.io.stdout))}`,
  )
  program.hook('preAction', (_program, action) => context.configure(action.optsWithGlobals()))
  configureTree(program, context)
  return program
}

const topicLines = (help: ReturnType<Command['createHelp']>, columns: number): string => {
  help.helpWidth = columns
  return Object.entries(topics)
    .map(([name, { summary }]) => `${help.formatItem(name, 16, summary, help)}\n`)
    .join('')
}

/** In columns. Below 40 there is no room for the descriptions, and lines above 100 are hard to read. */
const helpWidth = ({ columns }: Output): number => Math.max(40, Math.min(columns, 100))

/** Make the command and its subcommands throw instead of exit, and print help to the streams of `context`. */
function configureTree(command: Command, context: Context): void {
  const { stdout, stderr } = context.io
  command
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 10 })
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => context.write(text),
      writeErr: (text) => context.write(text, stderr),
      getOutHelpWidth: () => helpWidth(stdout),
      getErrHelpWidth: () => helpWidth(stderr),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
  for (const child of command.commands) configureTree(child, context)
}
