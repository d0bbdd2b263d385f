/** Prompts, drawn on stderr so that stdout has only output. They need a terminal. */
import { InterruptedError, MicroblogError } from '../errors.ts'
import type { Io } from './io.ts'
import { safeText } from './safe-text.ts'

type Terminal = NonNullable<Io['terminal']>

export async function confirm(terminal: Terminal, message: string, preset: boolean): Promise<boolean> {
  const { default: ask } = await import('@inquirer/confirm')
  return answered(ask({ message, default: preset }, terminal))
}

/**
 * Ask for one line of text; empty if the user just presses Enter. If `check` throws a MicroblogError, the prompt shows it and asks again.
 * The result of `count` is drawn before the text while the user types.
 */
export async function askText(
  terminal: Terminal,
  message: string,
  check: (text: string) => void,
  count?: (text: string) => string,
): Promise<string> {
  const { default: ask } = await import('@inquirer/input')
  // Before the text, because inquirer puts the cursor at the end of what is drawn.
  const counter = count && {
    transformer: (text: string, { isFinal }: { isFinal: boolean }) => (isFinal ? text : `(${count(text)}) ${text}`),
  }
  return answered(ask({ message, validate: (text) => problem(check, text) ?? true, ...counter }, terminal))
}

function problem(check: (text: string) => void, text: string): string | undefined {
  try {
    check(text)
    return undefined
  } catch (error) {
    if (error instanceof MicroblogError) return safeText(error.message)
    throw error
  }
}

/** Ask for a password without echo; empty if the user just presses Enter. */
export async function askPassword(terminal: Terminal, message: string): Promise<string> {
  const { default: ask } = await import('@inquirer/password')
  return answered(ask({ message }, terminal))
}

/** Turns Ctrl-C and a closed terminal into an InterruptedError. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && /^(ExitPrompt|AbortPrompt|CancelPrompt)Error$/.test(error.name)) throw new InterruptedError()
    throw error
  }
}
