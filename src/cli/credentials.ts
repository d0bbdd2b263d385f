/** Reads email addresses and passwords. A password comes from standard input or a prompt, never from argv or the environment. */
import type { Context } from '../context.ts'
import { RefusedError, UsageError } from '../errors.ts'
import { readLines } from '../input/lines.ts'
import { checkEmail } from '../models/users.ts'

/** The email address from the option or a prompt; undefined if there is none. @throws RefusedError, if the option is not an address. */
export async function readEmail(context: Context, option: string | undefined): Promise<string | undefined> {
  if (option !== undefined) checkEmail(option)
  if (option !== undefined || !context.terminal) return option
  const { askText } = await import('../output/prompt.ts')
  const checkIfAny = (text: string) => text === '' || checkEmail(text)
  return (await askText(context.terminal, 'Email (Enter for none):', checkIfAny)) || undefined
}

/** The password: one line of standard input with `--password-stdin`, else from two prompts on a terminal. Undefined if there is none. */
export async function readPassword(context: Context, options: { readonly passwordStdin?: boolean }): Promise<string | undefined> {
  if (options.passwordStdin) return readPasswordLine(context)
  if (!context.terminal) return undefined
  const { askPassword } = await import('../output/prompt.ts')
  const password = await askPassword(context.terminal, 'Password (Enter for none):')
  if (password === '') return undefined
  if ((await askPassword(context.terminal, 'Again:')) !== password) throw new RefusedError('the two passwords differ: nothing was changed')
  return password
}

/** Reads the first line of standard input. @throws UsageError, if it is empty or missing. */
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
