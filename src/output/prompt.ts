/** Prompts, drawn on stderr so that stdout has only output. They need a terminal. */
import type { DistinctQuestion } from 'inquirer'
import { InterruptedError, MicroblogError } from '../errors.ts'
import type { Io } from './io.ts'
import { safeText } from './safe-text.ts'

type Terminal = NonNullable<Io['terminal']>

export async function confirm(terminal: Terminal, message: string, preset: boolean): Promise<boolean> {
  return ask(terminal, { type: 'confirm', message, default: preset })
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
  // The count is before the text, because inquirer puts the cursor at the end of what is drawn.
  const transformer = (text: string, { isFinal }: { isFinal: boolean }) =>
    count && !isFinal ? `(${count(text)}) ${safeText(text)}` : safeText(text)
  return ask(terminal, { type: 'input', message, validate: (text) => problem(check, text) ?? true, transformer })
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
  return ask(terminal, { type: 'password', message })
}

type Question<Type extends string> = Omit<Extract<DistinctQuestion, { type: Type }>, 'name' | 'message'> & { readonly message: string }

function ask(terminal: Terminal, question: Question<'confirm'>): Promise<boolean>
function ask(terminal: Terminal, question: Question<'input'> | Question<'password'>): Promise<string>
/** Escapes unsafe characters in the message, and turns Ctrl-C and a closed terminal into an InterruptedError. */
async function ask(terminal: Terminal, question: Question<'confirm' | 'input' | 'password'>): Promise<boolean | string> {
  const { default: inquirer } = await import('inquirer')
  try {
    const { answer } = await inquirer.createPromptModule(terminal)<{ answer: boolean | string }>({
      answer: { ...question, message: safeText(question.message) },
    })
    return answer
  } catch (error) {
    if (error instanceof Error && /^(ExitPrompt|AbortPrompt|CancelPrompt)Error$/.test(error.name)) throw new InterruptedError()
    throw error
  }
}
