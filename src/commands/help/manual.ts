/** The manual page, microblog(1), in the words of Commander's own tree: it says what `--help` says, all of it at once. */
import type { Argument, Option } from 'commander'
import { type Command, commandPath } from '../../cli/command.ts'
import { topics } from '../../cli/topics.ts'

/** The page as roff source, for the `man` macros (groff_man(7)). */
export function manualPage(program: Command): string {
  return [
    `.TH MICROBLOG 1 "" "microblog ${plain(program.version() ?? '')}" "User Commands"`,
    section('NAME', `microblog \\- ${plain(program.description().replace(/\.$/, ''))}`),
    section('SYNOPSIS', '.B microblog', '[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]'),
    section('DESCRIPTION', plain(program.description())),
    section('OPTIONS', 'These stand before or after the command.', ...options(program)),
    section('COMMANDS', ...commandsUnder(program).flatMap(describe)),
    ...Object.entries(topics).map(([name, { text }]) => section(headings[name] ?? name.toUpperCase(), ...verbatim(text))),
  ].join('\n')
}

const headings: Readonly<Record<string, string>> = { 'exit-codes': 'EXIT STATUS' }

const section = (heading: string, ...lines: readonly string[]): string => `.SH ${heading}\n${lines.join('\n')}\n`

/** All commands that do something, those of groups too, in the order of the tree. */
export function commandsUnder(command: Command): Command[] {
  const children = command.createHelp().visibleCommands(command)
  return children.flatMap((child) => (child.commands.length > 0 ? commandsUnder(child) : [child]))
}

function describe(command: Command): string[] {
  const aliases = command.aliases().map((alias) => commandPath(command).replace(/\S+$/, alias))
  return [
    `.SS ${plain([commandPath(command), ...command.registeredArguments.map(argumentWord)].join(' '))}`,
    plain(command.explanation()),
    ...(aliases.length > 0 ? ['.br', plain(`Also: ${aliases.join(', ')}.`)] : []),
    ...command.registeredArguments.flatMap((argument) => item(argumentWord(argument), argument.description)),
    ...options(command),
    ...(command.examples.length > 0 ? ['.PP', 'Examples:'] : []),
    ...command.examples.flatMap((example) => item(example.command, example.does)),
  ]
}

const options = (command: Command): string[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ flags, description }: Option) => item(flags, description))

function argumentWord(argument: Argument): string {
  const word = argument.name() + (argument.variadic ? '...' : '')
  return argument.required ? `<${word}>` : `[${word}]`
}

const item = (term: string, text: string): string[] => ['.TP', `.B ${plain(term)}`, plain(text)]

const verbatim = (text: string): string[] => ['.nf', ...text.trimEnd().split('\n').map(plain), '.fi']

/** Text that roff takes as it is: no escape, no request, and hyphens that can be copied as minus signs. */
function plain(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq')
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped
}
