/** Questions, drawn on stderr so that stdout stays clean. Only a person at a terminal is ever asked. */
import { InterruptedError } from '../errors.ts'
import type { Io } from './io.ts'

type Terminal = NonNullable<Io['terminal']>

export async function confirm(terminal: Terminal, message: string, preset: boolean): Promise<boolean> {
  const { default: ask } = await import('@inquirer/confirm')
  return answered(ask({ message, default: preset }, terminal))
}

/** One line of text that `validate` accepts; empty if the user just presses Enter. */
export async function askText(terminal: Terminal, message: string, validate: (text: string) => true | string): Promise<string> {
  const { default: ask } = await import('@inquirer/input')
  return answered(ask({ message, validate }, terminal))
}

/** A password, not echoed; empty if the user just presses Enter. */
export async function askPassword(terminal: Terminal, message: string): Promise<string> {
  const { default: ask } = await import('@inquirer/password')
  return answered(ask({ message }, terminal))
}

/** Ctrl-C, and a terminal that goes away, end the program as they would anywhere. */
export async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && /^(ExitPrompt|AbortPrompt|CancelPrompt)Error$/.test(error.name)) throw new InterruptedError()
    throw error
  }
}
