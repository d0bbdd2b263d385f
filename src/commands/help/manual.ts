/** Generates the manual page, microblog(1), from Commander's tree: the help of all commands on one page. */
import type { Argument, Option } from 'commander'
import { type Command, commandPath } from '../../cli/command.ts'
import { topics } from '../../cli/topics.ts'

/** The page as roff source, for the `man` macros (groff_man(7)). */
export function manualPage(program: Command): string {
  return [
    `.TH MICROBLOG 1 "" "microblog ${escapeRoff(program.version() ?? '')}" "User Commands"`,
    section('NAME', `microblog \\- ${escapeRoff(program.description().replace(/\.$/, ''))}`),
    section('SYNOPSIS', '.B microblog', '[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]'),
    section('DESCRIPTION', escapeRoff(program.description())),
    section('OPTIONS', 'These stand before or after the command.', ...options(program)),
    section('COMMANDS', ...commandsUnder(program).flatMap(describe)),
    ...Object.entries(topics).map(([name, { text }]) => section(headings[name] ?? name.toUpperCase(), ...verbatim(text))),
  ].join('\n')
}

const headings: Readonly<Record<string, string>> = { 'exit-codes': 'EXIT STATUS' }

const section = (heading: string, ...lines: readonly string[]): string => `.SH ${heading}\n${lines.join('\n')}\n`

/** All commands below `command` that are not groups, in the order of the tree. */
export function commandsUnder(command: Command): Command[] {
  const children = command.createHelp().visibleCommands(command)
  return children.flatMap((child) => (child.commands.length > 0 ? commandsUnder(child) : [child]))
}

function describe(command: Command): string[] {
  const aliases = command.aliases().map((alias) => commandPath(command).replace(/\S+$/, alias))
  return [
    `.SS ${escapeRoff([commandPath(command), ...command.registeredArguments.map(argumentWord)].join(' '))}`,
    escapeRoff(command.explanation()),
    ...(aliases.length > 0 ? ['.br', escapeRoff(`Also: ${aliases.join(', ')}.`)] : []),
    ...command.registeredArguments.flatMap((argument) => taggedParagraph(argumentWord(argument), argument.description)),
    ...options(command),
    ...(command.examples.length > 0 ? ['.PP', 'Examples:'] : []),
    ...command.examples.flatMap((example) => taggedParagraph(example.command, example.does)),
  ]
}

const options = (command: Command): string[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ flags, description }: Option) => taggedParagraph(flags, description))

function argumentWord(argument: Argument): string {
  const word = argument.name() + (argument.variadic ? '...' : '')
  return argument.required ? `<${word}>` : `[${word}]`
}

const taggedParagraph = (term: string, text: string): string[] => ['.TP', `.B ${escapeRoff(term)}`, escapeRoff(text)]

const verbatim = (text: string): string[] => ['.nf', ...text.trimEnd().split('\n').map(escapeRoff), '.fi']

/** Escape text for roff: backslashes, quotes and a leading request character. Hyphens become minus signs, so that options can be copied. */
function escapeRoff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq')
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped
}
