/** Questions, drawn on stderr so that stdout stays clean. Only a person at a terminal is ever asked. */
import { InterruptedError, MicroblogError } from '../errors.ts'
import type { Io } from './io.ts'
import { safeText } from './safe-text.ts'

type Terminal = NonNullable<Io['terminal']>

export async function confirm(terminal: Terminal, message: string, preset: boolean): Promise<boolean> {
  const { default: ask } = await import('@inquirer/confirm')
  return answered(ask({ message, default: preset }, terminal))
}

/**
 * One line of text, empty if the user just presses Enter. `check` throws a MicroblogError if it must be corrected.
 * `count` is drawn before the text while it is typed.
 */
export async function askText(
  terminal: Terminal,
  message: string,
  check: (text: string) => void,
  count?: (text: string) => string,
): Promise<string> {
  const { default: ask } = await import('@inquirer/input')
  // Before the text, because inquirer takes the cursor to stand at the end of what is drawn.
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

/** A password, not echoed; empty if the user just presses Enter. */
export async function askPassword(terminal: Terminal, message: string): Promise<string> {
  const { default: ask } = await import('@inquirer/password')
  return answered(ask({ message }, terminal))
}

/** Ctrl-C, and a terminal that goes away, end the program as they would anywhere. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && /^(ExitPrompt|AbortPrompt|CancelPrompt)Error$/.test(error.name)) throw new InterruptedError()
    throw error
  }
}
