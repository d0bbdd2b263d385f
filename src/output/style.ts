/** Colour, decided once for each stream. chalk is loaded only if it is used. */
import type { ChalkInstance } from 'chalk'
import { UnknownValueError } from '../errors.ts'
import type { Io, Output } from './io.ts'

export type ColorChoice = 'auto' | 'always' | 'never'

/** Text styles. Without colour every function returns its text unchanged. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  good(text: string): string
  bad(text: string): string
  accent(text: string): string
}

const same = (text: string): string => text
const plain: Style = { bold: same, dim: same, good: same, bad: same, accent: same }

/** The first of these that is set decides: `--color`, NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, CLICOLOR, TERM, the terminal. */
export function isColored(choice: ColorChoice, env: Io['env'], output: Pick<Output, 'isTerminal'>): boolean {
  if (choice !== 'auto') return choice === 'always'
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR)
  if (env.CLICOLOR_FORCE && env.CLICOLOR_FORCE !== '0') return true
  if (env.CLICOLOR === '0') return false
  return env.TERM !== 'dumb' && output.isTerminal
}

export async function loadStyle(colored: boolean): Promise<Style> {
  if (!colored) return plain
  const { Chalk } = await import('chalk')
  // chalk's level 1 is the sixteen colours that every theme defines. A fixed level keeps chalk from detecting colour support itself.
  const chalk: ChalkInstance = new Chalk({ level: 1 })
  return { bold: chalk.bold, dim: chalk.dim, good: chalk.green, bad: chalk.red.bold, accent: chalk.cyan }
}

export function parseColor(value: string): ColorChoice {
  if (value === 'auto' || value === 'always' || value === 'never') return value
  throw new UnknownValueError('--color', value, ['auto', 'always', 'never'])
}
