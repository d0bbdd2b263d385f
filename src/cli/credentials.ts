/** Email addresses and passwords, from options, standard input or a prompt; never from argv or the environment in the case of passwords. */
import type { Context } from '../context.ts'
import { RefusedError, UsageError } from '../errors.ts'
import { readLines } from '../input/lines.ts'
import { checkEmail } from '../models/users.ts'

/** The address, checked; undefined if there is none. Asks only at a terminal, where Enter leaves it out. */
export async function readEmail(context: Context, option: string | undefined): Promise<string | undefined> {
  if (option !== undefined) checkEmail(option)
  if (option !== undefined || !context.terminal) return option
  const { askText } = await import('../output/prompt.ts')
  const checkIfAny = (text: string) => text === '' || checkEmail(text)
  return (await askText(context.terminal, 'Email (Enter for none):', checkIfAny)) || undefined
}

/** The password: one line of standard input with `--password-stdin`, else asked for twice at a terminal, where Enter leaves it out. */
export async function readPassword(context: Context, options: { readonly passwordStdin?: boolean }): Promise<string | undefined> {
  if (options.passwordStdin) return readPasswordLine(context)
  if (!context.terminal) return undefined
  const { askPassword } = await import('../output/prompt.ts')
  const password = await askPassword(context.terminal, 'Password (Enter for none):')
  if (password === '') return undefined
  if ((await askPassword(context.terminal, 'Again:')) !== password) throw new RefusedError('the two passwords differ: nothing was changed')
  return password
}

/** @throws UsageError, if the line is empty or there is none. */
export async function readPasswordLine(context: Context): Promise<string> {
  for await (const { text } of readLines(context.io.stdin.chunks())) {
    if (text !== '') return text
    break
  }
  throw new UsageError(
    'no password on standard input',
    'write it as one line, for example:  pass show microblog | microblog … --password-stdin',
  )
}
