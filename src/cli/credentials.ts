/** Reads email addresses and passwords. A password comes from standard input or a prompt, never from argv or the environment. */
import type { Context } from '../context.ts'
import { RefusedError, UsageError } from '../errors.ts'
import { readLines } from '../input/lines.ts'
import { checkEmail } from '../models/users.ts'

/** Ask for an email address; undefined if the user just presses Enter. */
export async function askEmail(context: Context): Promise<string | undefined> {
  const { askText } = await import('../output/prompt.ts')
  const checkIfAny = (text: string) => text === '' || checkEmail(text)
  return (await askText(requireTerminal(context, 'use --email'), 'Email (Enter for none):', checkIfAny)) || undefined
}

/** Ask for a new password, masked, twice; empty if the user just presses Enter. @throws RefusedError, if the two differ */
export async function askNewPassword(context: Context, message: string): Promise<string> {
  const terminal = requireTerminal(context, 'use --password-stdin')
  const { askPassword } = await import('../output/prompt.ts')
  const password = await askPassword(terminal, message)
  if (password !== '' && (await askPassword(terminal, 'Again:')) !== password)
    throw new RefusedError('the two passwords differ: nothing was changed')
  return password
}

/** Ask for a password, masked. */
export async function askPasswordOnce(context: Context): Promise<string> {
  const terminal = requireTerminal(context, 'add --password-stdin')
  const { askPassword } = await import('../output/prompt.ts')
  return askPassword(terminal, 'Password:')
}

function requireTerminal(context: Context, hint: string): NonNullable<Context['terminal']> {
  if (context.terminal) return context.terminal
  throw new UsageError('not running interactively, so nothing can be asked', hint)
}

/** Reads the first line of standard input; asks for it, masked, where that is a terminal. @throws UsageError, if it is empty or missing. */
export async function readPasswordLine(context: Context): Promise<string> {
  if (context.io.stdin.isTerminal && context.terminal) return askPasswordOnce(context)
  for await (const { text } of readLines(context.io.stdin.chunks())) {
    if (text !== '') return text
    break
  }
  throw new UsageError(
    'no password on standard input',
    'write it as one line, for example:  pass show microblog | microblog … --password-stdin',
  )
}
