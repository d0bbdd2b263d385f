/** Runs the built program on a pseudo-terminal, where it may prompt. */
import { type IPty, spawn } from '@lydell/node-pty'
import { bin, cleanEnvironment } from './process.ts'

/** The keys to type once `prompt` appears on the screen; without keys the terminal is closed then. */
interface Answer {
  readonly prompt: string
  readonly keys?: string
  /** Runs while the prompt waits, for what others do in the meantime. */
  readonly meanwhile?: () => void
}

interface Screen {
  readonly code: number
  /** The output without escape sequences. */
  readonly text: string
  /** The output with escape sequences. */
  readonly raw: string
}

export function onTerminal(
  argv: readonly string[],
  options: { cwd: string; answers?: readonly Answer[]; env?: Record<string, string>; program?: string },
): Promise<Screen> {
  const { cwd, answers = [], env = {}, program = bin } = options
  const terminal = spawn(process.execPath, [program, ...argv], {
    cwd,
    cols: 100,
    rows: 40,
    env: cleanEnvironment({ TERM: 'xterm-256color', ...env }),
  })
  const left = [...answers]
  let raw = ''
  let seen = 0
  terminal.onData((data) => {
    raw += data
    const next = left[0]
    if (!next || !raw.slice(seen).includes(next.prompt)) return
    left.shift()
    seen = raw.length
    next.meanwhile?.()
    // Wait as a person would: the prompt does not read keys immediately.
    setTimeout(() => (next.keys === undefined ? closeTerminal(terminal) : terminal.write(next.keys)), 150)
  })
  return new Promise((resolve) => {
    terminal.onExit(({ exitCode, signal }) => resolve({ code: signal ? 128 + signal : exitCode, text: withoutEscapes(raw), raw }))
  })
}

/** As when its window is closed. `destroy` is missing in the types. */
const closeTerminal = (terminal: IPty) => (terminal as IPty & { destroy(): void }).destroy()

// biome-ignore lint/suspicious/noControlCharactersInRegex: it removes escape sequences
const withoutEscapes = (text: string): string => text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '')
