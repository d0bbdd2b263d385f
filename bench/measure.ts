/** Measures commands as whole processes, in turn, so that a busy machine slows all alike. */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

export interface Row {
  readonly name: string
  /** Medians in milliseconds. */
  readonly ours: number
  readonly other: number
  /** ours / other. */
  readonly ratio: number
  /** The name of the program or bound behind `other`. */
  readonly against: string
}

export type Command = readonly string[]

interface Comparison {
  readonly name: string
  readonly ours: Command
  readonly against: string
  readonly other: Command
  readonly rounds: number
  readonly cwd: string
}

/** Unset NODE_EXTRA_CA_CERTS: it triples the startup time of Node 20 and would dominate the results. */
const { NODE_EXTRA_CA_CERTS: _dropped, MICROBLOG_DB: _unset, ...environment } = process.env

export { environment }

/** The command that runs the built program on the database `db`. */
export const microblog = (db: string, ...argv: readonly string[]): Command => [
  process.execPath,
  resolve('bin/microblog.js'),
  '--db',
  db,
  ...argv,
]

/** Run all commands once unmeasured, then in turn, `rounds` times each. Returns their times in milliseconds. @throws Error, if one fails */
export function alternate(commands: readonly Command[], rounds: number, cwd = '.'): number[][] {
  const times: number[][] = commands.map(() => [])
  for (let round = -1; round < rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const milliseconds = time(command, cwd)
      if (round >= 0) times[index]?.push(milliseconds)
    }
  }
  return times
}

export function compare({ name, ours, against, other, rounds, cwd }: Comparison): Row {
  const [a = 0, b = 0] = alternate([ours, other], rounds, cwd).map((times) => median(times))
  return { name, ours: a, other: b, ratio: a / b, against }
}

/** How long the command takes, in milliseconds. Exit code 1 without an error is an answer: no. @throws Error, if it fails */
export function time([command = '', ...argv]: Command, cwd = '.'): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(command, argv, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 30 })
  const milliseconds = performance.now() - start
  if (status !== 0 && (status !== 1 || /error|Traceback/i.test(stderr.toString())))
    throw new Error(`${command} ${argv.join(' ')} failed: ${stderr}`)
  return milliseconds
}

export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5)

/** With `part` 0.95, 95 % of the numbers are at most as large. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/** A time for people. */
export const milliseconds = (time: number): string =>
  time < 10_000 ? `${time.toFixed(time < 100 ? 1 : 0)} ms` : `${(time / 1000).toFixed(1)} s`
