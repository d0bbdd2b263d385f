/** The command tree. Every command is listed here. */
import { CommanderError, Option } from 'commander'
import { Command } from './cli/command.ts'
import type { Topics } from './cli/topics.ts'
import type { Context } from './context.ts'
import type { Output } from './output/io.ts'
import { parseColor } from './output/style.ts'

/**
 * Builds a command. `rest`: the words typed after its name, from which a group builds only the subcommand that is called. Its module is
 * loaded only then.
 */
type CommandFactory = (context: Context, rest: readonly string[]) => Command | Promise<Command>

/** Command factories by name. A key may list aliases after the name: `remove rm`. */
type Commands = Readonly<Record<string, CommandFactory>>

const lazy =
  (load: () => Promise<CommandFactory>): CommandFactory =>
  async (context, rest) =>
    (await load())(context, rest)

const userCommands: Commands = {
  add: lazy(async () => (await import('./commands/user/add.ts')).add),
  show: lazy(async () => (await import('./commands/user/show.ts')).show),
  list: lazy(async () => (await import('./commands/user/list.ts')).list),
  edit: lazy(async () => (await import('./commands/user/edit.ts')).edit),
  check: lazy(async () => (await import('./commands/user/check.ts')).check),
  'remove rm': lazy(async () => (await import('./commands/user/remove.ts')).remove),
}

const migrationCommands: Commands = {
  upgrade: lazy(async () => (await import('./commands/db/upgrade.ts')).upgrade),
  downgrade: lazy(async () => (await import('./commands/db/downgrade.ts')).downgrade),
  'current status': lazy(async () => (await import('./commands/db/current.ts')).current),
  history: lazy(async () => (await import('./commands/db/history.ts')).history),
  show: lazy(async () => (await import('./commands/db/show.ts')).show),
  stamp: lazy(async () => (await import('./commands/db/stamp.ts')).stamp),
  migrate: lazy(async () => (await import('./commands/db/migrate.ts')).migrate),
  revision: lazy(async () => (await import('./commands/db/revision.ts')).revision),
  check: lazy(async () => (await import('./commands/db/check.ts')).check),
  backup: lazy(async () => (await import('./commands/db/backup.ts')).backup),
  copy: lazy(async () => (await import('./commands/db/copy.ts')).copy),
  schema: lazy(async () => (await import('./commands/db/schema.ts')).schema),
  path: lazy(async () => (await import('./commands/db/path.ts')).path),
}

const groups: Readonly<Record<string, Commands>> = {
  'Users:': {
    user: group('user', 'create, show and change users', userCommands),
    users: lazy(async () => (await import('./commands/user/list.ts')).users),
  },
  'Following:': {
    follow: lazy(async () => (await import('./commands/follow.ts')).follow),
    unfollow: lazy(async () => (await import('./commands/follow.ts')).unfollow),
    followers: lazy(async () => (await import('./commands/followers.ts')).followers),
    'following followed': lazy(async () => (await import('./commands/followers.ts')).following),
    'is-following': lazy(async () => (await import('./commands/is-following.ts')).isFollowing),
    suggest: lazy(async () => (await import('./commands/suggest.ts')).suggest),
    path: lazy(async () => (await import('./commands/path.ts')).path),
    graph: lazy(async () => (await import('./commands/graph.ts')).graph),
  },
  'Posts:': {
    post: lazy(async () => (await import('./commands/post.ts')).post),
    show: lazy(async () => (await import('./commands/show.ts')).show),
    unpost: lazy(async () => (await import('./commands/unpost.ts')).unpost),
    posts: lazy(async () => (await import('./commands/posts.ts')).posts),
    'timeline tl': lazy(async () => (await import('./commands/timeline.ts')).timeline),
    explore: lazy(async () => (await import('./commands/explore.ts')).explore),
    mentions: lazy(async () => (await import('./commands/mentions.ts')).mentions),
    search: lazy(async () => (await import('./commands/search.ts')).search),
  },
  'Data:': {
    import: lazy(async () => (await import('./commands/import.ts')).importRecords),
    export: lazy(async () => (await import('./commands/export.ts')).exportRecords),
    stats: lazy(async () => (await import('./commands/stats.ts')).stats),
    db: group('db', 'the database and its migrations', migrationCommands),
  },
  'Other:': {
    completion: lazy(async () => (await import('./commands/completion.ts')).completion),
    help: lazy(async () => (await import('./commands/help.ts')).help),
  },
}

/** Called by the scripts of `completion`, and not listed in the help. */
const hiddenCommands: Commands = { complete: lazy(async () => (await import('./commands/complete.ts')).complete) }

function group(name: string, summary: string, members: Commands): CommandFactory {
  return async (context, rest) => {
    const command = new Command(name).summary(summary).helpCommand(false)
    for (const [create, after] of selectCommands(members, rest)) command.addCommand(await create(context, after))
    return command
  }
}

/** These commands read the whole tree. */
const wholeTree: ReadonlySet<string> = new Set(['help', 'completion', 'complete'])

/** The command that `argv` calls, with the words after its name; all commands, if it calls none or one that reads the whole tree. */
function selectCommands(commands: Commands, argv: readonly string[]): [CommandFactory, readonly string[]][] {
  const position = argv.findIndex((word, index) => !word.startsWith('-') && !takesValue(argv[index - 1]))
  const called = Object.entries(commands).find(([names]) => position >= 0 && names.split(' ').includes(argv[position] ?? ''))
  if (position < 0 && argv.some((word) => /^(-V|-v|--version)$/.test(word))) return []
  if (!called || wholeTree.has(called[0])) return Object.values(commands).map((create) => [create, []])
  return [[called[1], argv.slice(position + 1)]]
}

/** Whether `word` is a global option whose value is the next word. Global options may precede the command's name. */
const takesValue = (word: string | undefined): boolean => word === '--db' || word === '--color'

/**
 * Commander's tree, ready to parse. Global options are accepted before and after the command's name.
 * With `argv`, only the command that it calls is built, to save start-up time. Without `argv`, all commands are built.
 */
export async function buildProgram(context: Context, version: string, argv: readonly string[] = []): Promise<Command> {
  const program = new Command('microblog')
    .description('A microblog on the command line, in one SQLite file: users, posts, and who follows whom.')
    .option('--db <file>', 'the database, a file or a URL (default: MICROBLOG_DB, else ./microblog.db)')
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
  const selected = new Map(selectCommands(Object.assign({}, ...Object.values(groups), hiddenCommands), argv))
  const add = async (commands: Commands, heading?: string) => {
    for (const create of Object.values(commands)) {
      const rest = selected.get(create)
      if (!rest) continue
      const command = await create(context, rest)
      program.addCommand(heading === undefined ? command : command.helpGroup(heading), { hidden: heading === undefined })
    }
  }
  for (const [heading, commands] of Object.entries(groups)) await add(commands, heading)
  await add(hiddenCommands)
  program.takes('color', ['auto', 'always', 'never'])
  if (selected.size > 1) {
    const { topics } = await import('./cli/topics.ts')
    program.addHelpText('after', () => topicLines(program.createHelp(), topics, helpWidth(context.io.stdout)))
  }
  program.hook('preAction', (_program, action) => context.configure(action.optsWithGlobals()))
  configureTree(program, context)
  return program
}

function topicLines(help: ReturnType<Command['createHelp']>, topics: Topics, columns: number): string {
  help.helpWidth = columns
  const lines = Object.entries(topics).map(([name, { summary }]) => `${help.formatItem(name, 16, summary, help)}\n`)
  return `\nTopics (microblog help <topic>):\n${lines.join('')}`
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
